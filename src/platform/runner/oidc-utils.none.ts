/** In the bundle instead of @actions/core's own: our actions ask for no OpenID Connect tokens. */
export const OidcClient = {};
