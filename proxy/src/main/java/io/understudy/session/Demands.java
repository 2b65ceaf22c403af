package io.understudy.session;

import io.understudy.authentication.ClientConnection;
import io.understudy.config.ClientAccess;
import io.understudy.config.ClientTls;
import io.understudy.config.ClientTls.ClientCertificate;
import io.understudy.config.ClientTls.Mode;
import io.understudy.config.Network;
import io.understudy.tls.CommonName;
import io.understudy.wire.ErrorFields;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Whether a client's connection is from where, and as protected as, the node demands. */
final class Demands {
    private static final String NOT_AUTHORIZED = "28000";

    private Demands() {}

    /** What the client is told instead of being let in; empty if nothing is missing. */
    static Optional<ErrorFields> unmet(ClientAccess access, ClientConnection client, String user) {
        InetAddress from = client.socket().getInetAddress();
        List<Network> networks = access.limits().networks();
        if (!networks.isEmpty() && networks.stream().noneMatch(n -> n.contains(from))) {
            return Optional.of(ErrorFields.fatal(
                    NOT_AUTHORIZED,
                    "clients at " + from.getHostAddress() + " are not let in by this node",
                    "Its networks are in client.networks of the node's settings."));
        }
        ClientTls settings = access.tls();
        if (settings.mode() == Mode.REQUIRE && !client.isEncrypted()) {
            return Optional.of(ErrorFields.fatal(
                    NOT_AUTHORIZED,
                    "this node lets in encrypted connections only",
                    "Connect with sslmode=require, or better verify-full."));
        }
        if (settings.clientCertificate() == ClientCertificate.OPTIONAL) {
            return Optional.empty();
        }
        Optional<X509Certificate> shown = client.certificate();
        if (shown.isEmpty()) {
            return Optional.of(ErrorFields.fatal(
                    NOT_AUTHORIZED,
                    "connection requires a valid client certificate",
                    "Give the client one by sslcert and sslkey."));
        }
        if (settings.clientCertificate() == ClientCertificate.VERIFY_FULL
                && !CommonName.of(shown.get()).equals(Optional.of(user))) {
            return Optional.of(ErrorFields.fatal(
                    NOT_AUTHORIZED,
                    "certificate authentication failed for user \"" + user + "\"",
                    "The certificate's common name must be the user."));
        }
        return Optional.empty();
    }
}
