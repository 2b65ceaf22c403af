package io.understudy.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;

/** The channel binding {@code tls-server-end-point} of RFC 5929: a hash of the server's certificate, by the hash function of its signature. */
final class EndPoint {
    private EndPoint() {}

    /** Empty if the signature has no single hash function, as Ed25519: clients do not know one either then. */
    static Optional<byte[]> of(X509Certificate certificate) {
        try {
            Optional<String> hash = hash(certificate);
            return hash.isEmpty()
                    ? Optional.empty()
                    : Optional.of(MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> hash(X509Certificate certificate) throws GeneralSecurityException {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        String hash;
        if (signature.equals("RSASSA-PSS")) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            try {
                parameters.init(certificate.getSigAlgParams());
            } catch (IOException e) {
                throw new GeneralSecurityException(e);
            }
            hash = parameters
                    .getParameterSpec(PSSParameterSpec.class)
                    .getDigestAlgorithm()
                    .toUpperCase(Locale.ROOT);
        } else if (signature.contains("WITH")) {
            hash = signature.substring(0, signature.indexOf("WITH"));
        } else {
            return Optional.empty();
        }
        return switch (hash) {
            // what is too weak by now is replaced, as the RFC says
            case "MD5", "SHA1", "SHA-1" -> Optional.of("SHA-256");
            case "SHA224", "SHA256", "SHA384", "SHA512" -> Optional.of("SHA-" + hash.substring(3));
            default -> hash.startsWith("SHA-") || hash.startsWith("SHA3-") ? Optional.of(hash) : Optional.empty();
        };
    }
}
