/** How the caller reaches the sandbox: links in answers use the caller's own host, or `gh` cannot follow them. */
export interface Urls {
  /** REST root without trailing slash: `http://api.github.localhost`, `http://127.0.0.1:8080/api/v3`. */
  readonly api: string;
  readonly graphql: string;
  readonly uploads: string;
  /** Pages and git: `http://github.localhost`, `http://127.0.0.1:8080`. */
  readonly web: string;
}

/** Addresses as a server name under which everything hangs, as GitHub Enterprise Server does. */
export function serverUrls(origin: string): Urls {
  return {
    api: `${origin}/api/v3`,
    graphql: `${origin}/api/graphql`,
    uploads: `${origin}/api/uploads`,
    web: origin,
  };
}

/** Addresses as github.com has them: a host each, below one domain (`github.localhost`). */
export function domainUrls(domain: string): Urls {
  return {
    api: `http://api.${domain}`,
    graphql: `http://api.${domain}/graphql`,
    uploads: `http://uploads.${domain}`,
    web: `http://${domain}`,
  };
}
