package io.understudy.jdbc;

/**
 * Where a node's proxy listens.
 *
 * @param host name or address; IPv6 without brackets
 * @param port 1..65535
 */
record Address(String host, int port) {
    static final int DEFAULT_PORT = 6432;

    Address {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("a host name is empty");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /**
     * @param text {@code host}, {@code host:port}, {@code [ipv6]} or {@code [ipv6]:port}
     * @throws IllegalArgumentException it is none of these; the message says why
     */
    static Address parse(String text) {
        String host;
        String port;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) {
                throw new IllegalArgumentException("the bracket of IPv6 address \"" + text + "\" is not closed");
            }
            host = text.substring(1, end);
            String rest = text.substring(end + 1);
            if (!rest.isEmpty() && !rest.startsWith(":")) {
                throw new IllegalArgumentException("\"" + rest + "\" after IPv6 address [" + host + "] is no port");
            }
            port = rest.isEmpty() ? "" : rest.substring(1);
        } else {
            int colon = text.indexOf(':');
            if (colon != text.lastIndexOf(':')) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" has several colons: write an IPv6 address in brackets, as [::1]:6432");
            }
            host = colon < 0 ? text : text.substring(0, colon);
            port = colon < 0 ? "" : text.substring(colon + 1);
            if (colon >= 0 && port.isEmpty()) {
                throw new IllegalArgumentException("after \"" + text + "\" a port is missing");
            }
        }
        return new Address(host, port.isEmpty() ? DEFAULT_PORT : number(port));
    }

    private static int number(String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port \"" + port + "\" is no number", e);
        }
    }

    /** As it stands in a URL. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
