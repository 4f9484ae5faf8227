/** Names under which the sandbox answers: this machine only. A foreign Host header is a page of somebody else's asking. */
const OWN_NAME = /^(?:localhost|127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)$/;

/** Host name of a Host header or an absolute-form request line, without its port. */
export function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

/** Does this name mean the sandbox? */
export function isOwnHost(host: string): boolean {
  return OWN_NAME.test(hostName(host));
}
