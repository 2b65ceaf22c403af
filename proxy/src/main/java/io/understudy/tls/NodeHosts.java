package io.understudy.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the nodes are: an authority may sign certificates for others too, but not for these names and addresses. For any thread. */
final class NodeHosts {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final String own;
    private volatile List<String> all;

    /**
     * @param own this node's
     * @param all of all nodes
     */
    NodeHosts(String own, List<String> all) {
        this.own = own;
        this.all = List.copyOf(all);
    }

    String own() {
        return own;
    }

    List<String> all() {
        return all;
    }

    /** Nodes were added or removed. */
    void become(List<String> hosts) {
        all = List.copyOf(hosts);
    }

    /** Whether it is for one of the nodes. */
    boolean haveOneOf(X509Certificate certificate) throws CertificateParsingException {
        return matches(certificate, all);
    }

    /** Whether it is for this node. */
    boolean ownIsIn(X509Certificate certificate) throws CertificateParsingException {
        return matches(certificate, List.of(own));
    }

    private static boolean matches(X509Certificate certificate, List<String> hosts) throws CertificateParsingException {
        for (String name : names(certificate)) {
            if (hosts.stream().anyMatch(host -> matches(name, host))) {
                return true;
            }
        }
        return false;
    }

    /** Its subject's alternative names that are names or addresses of hosts. */
    static List<String> names(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null
                ? List.of()
                : names.stream()
                        .filter(n -> n.get(0).equals(DNS_NAME) || n.get(0).equals(IP_ADDRESS))
                        .map(n -> n.get(1).toString())
                        .toList();
    }

    private static boolean matches(String name, String host) {
        Optional<InetAddress> address = address(host);
        if (address.isPresent()) {
            return address.equals(address(name));
        }
        String n = name.toLowerCase(Locale.ROOT);
        String h = host.toLowerCase(Locale.ROOT);
        int dot = h.indexOf('.');
        return n.equals(h) || n.startsWith("*.") && dot > 0 && n.substring(1).equals(h.substring(dot));
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
