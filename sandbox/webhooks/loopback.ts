/**
 * Is the address on this machine? Only such addresses are delivered to: 127.0.0.0/8, ::1, `localhost` and names
 * below it, which RFC 6761 §6.3 reserves for the loopback interface.
 */
export function isLoopback(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) return false;
  const { hostname } = parsed;
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
