package io.understudy.tls;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A certificate that is one's own.
 *
 * @param chain its own first, then those of who signed it
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {
    private static final byte[] SIGNED = {1, 2, 3, 4};
    private static final char[] NO_PASSWORD = {};

    Identity {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both files.
     *
     * @throws GeneralSecurityException if one of them cannot be used, or the key is another certificate's
     */
    static Identity read(byte[] certificateFile, byte[] keyFile) throws GeneralSecurityException {
        List<X509Certificate> chain;
        try {
            chain = Pem.certificates(certificateFile);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("tls.certificate: " + e.getMessage(), e);
        }
        PublicKey owner = chain.getFirst().getPublicKey();
        try {
            PrivateKey key = Pem.privateKey(keyFile, owner);
            if (!belong(new KeyPair(owner, key))) {
                throw new GeneralSecurityException("it is not the key of the certificate");
            }
            return new Identity(chain, key);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("tls.key: " + e.getMessage(), e);
        }
    }

    private static boolean belong(KeyPair pair) throws GeneralSecurityException {
        if (pair.getPublic() instanceof RSAKey a && pair.getPrivate() instanceof RSAKey b) {
            return a.getModulus().equals(b.getModulus());
        }
        String algorithm = pair.getPublic().getAlgorithm();
        Signature s = Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
        s.initSign(pair.getPrivate());
        s.update(SIGNED);
        byte[] signature = s.sign();
        s.initVerify(pair.getPublic());
        s.update(SIGNED);
        try {
            return s.verify(signature);
        } catch (SignatureException e) {
            return false;
        }
    }

    KeyManager[] keyManagers() throws GeneralSecurityException {
        KeyStore store = Authorities.emptyStore();
        store.setKeyEntry("understudy", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    @Override
    public String toString() {
        X509Certificate own = chain.getFirst();
        return own.getSubjectX500Principal() + ", valid until "
                + own.getNotAfter().toInstant();
    }
}
