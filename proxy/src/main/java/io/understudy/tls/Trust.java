package io.understudy.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The client's side of encrypted connections. */
public final class Trust {
    private Trust() {}

    /**
     * For connections to servers whose certificates were signed by who is in that file.
     *
     * @param ca PEM
     * @throws IOException if it cannot be read or used
     */
    public static SSLContext in(Path ca) throws IOException {
        try {
            return context(Authorities.trusting(Pem.certificates(Files.readAllBytes(ca))));
        } catch (GeneralSecurityException e) {
            throw new IOException(ca + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** For connections to servers, whoever they are. */
    public static SSLContext anybody() throws IOException {
        try {
            return context(new TrustManager[] {new Anybody()});
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java cannot encrypt", e);
        }
    }

    private static SSLContext context(TrustManager[] trusted) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusted, null);
        return context;
    }

    /** For who wants encryption, whoever is at its other end. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
