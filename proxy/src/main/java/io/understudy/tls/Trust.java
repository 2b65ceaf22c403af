package io.understudy.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

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
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, Authorities.trusting(Pem.certificates(Files.readAllBytes(ca))), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(ca + " cannot be used: " + e.getMessage(), e);
        }
    }
}
