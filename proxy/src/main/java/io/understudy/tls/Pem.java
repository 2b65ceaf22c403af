package io.understudy.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PEM files say, as OpenSSL's commands write them; text between the blocks is passed over. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** DER of {@code version INTEGER ::= 0}, with which a PKCS#8 key begins. */
    private static final byte[] VERSION_0 = {2, 1, 0};

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 4;

    private Pem() {}

    private record Block(String label, byte[] der) {}

    private static List<Block> blocks(byte[] file) throws CertificateException {
        List<Block> blocks = new ArrayList<>();
        Matcher m = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
        while (m.find()) {
            if (m.group(2).contains(":")) {
                throw new CertificateException("a password protects it, which nobody could enter here; remove it by"
                        + " openssl pkey -in key.pem -out plain.pem");
            }
            try {
                blocks.add(new Block(m.group(1), Base64.getMimeDecoder().decode(m.group(2))));
            } catch (IllegalArgumentException e) {
                throw new CertificateException("a block of it is not Base64", e);
            }
        }
        return blocks;
    }

    /**
     * All certificates of a file, in their order.
     *
     * @throws CertificateException if there is none, or one that cannot be read
     */
    static List<X509Certificate> certificates(byte[] file) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no certificate in it (-----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    /**
     * The private key of a file: PKCS#8, or of RSA or EC the older forms that name no algorithm.
     *
     * @param owner the key of the certificate it belongs to, whose algorithm it has
     * @throws GeneralSecurityException if there is none, or it cannot be read
     */
    static PrivateKey privateKey(byte[] file, PublicKey owner) throws GeneralSecurityException {
        for (Block block : blocks(file)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(block.der(), owner);
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    return key(toPkcs8(block.der(), owner), owner);
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new CertificateException("a password protects it, which nobody could enter here; remove it by"
                            + " openssl pkey -in key.pem -out plain.pem");
                default -> {
                    // Certificates or parameters of a curve may be in the same file.
                }
            }
        }
        throw new CertificateException("there is no private key in it (-----BEGIN PRIVATE KEY-----)");
    }

    private static PrivateKey key(byte[] pkcs8, PublicKey owner) throws GeneralSecurityException {
        return KeyFactory.getInstance(owner.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** The older forms are what PKCS#8 wraps with the algorithm's name, and the public key has that name too. */
    private static byte[] toPkcs8(byte[] der, PublicKey owner) throws CertificateException {
        byte[] algorithm = firstElement(owner.getEncoded());
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(VERSION_0);
        content.writeBytes(algorithm);
        content.writeBytes(element(OCTET_STRING, der));
        return element(SEQUENCE, content.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int n = content.length;
        if (n < 0x80) {
            out.write(n);
        } else if (n < 0x100) {
            out.write(0x81);
            out.write(n);
        } else if (n < 0x10000) {
            out.write(0x82);
            out.write(n >> 8);
            out.write(n);
        } else {
            out.write(0x83);
            out.write(n >> 16);
            out.write(n >> 8);
            out.write(n);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** The first element inside a sequence, head and content. */
    private static byte[] firstElement(byte[] sequence) throws CertificateException {
        int from = headBytes(sequence, 0);
        int to = from + headBytes(sequence, from) + contentBytes(sequence, from);
        if (to > sequence.length) {
            throw new CertificateException("the certificate's key cannot be read");
        }
        byte[] first = new byte[to - from];
        System.arraycopy(sequence, from, first, 0, first.length);
        return first;
    }

    private static int headBytes(byte[] der, int at) {
        int n = der[at + 1] & 0xff;
        return n < 0x80 ? 2 : 2 + (n & 0x7f);
    }

    private static int contentBytes(byte[] der, int at) {
        int n = der[at + 1] & 0xff;
        if (n < 0x80) {
            return n;
        }
        int length = 0;
        for (int i = 0; i < (n & 0x7f); i++) {
            length = length << 8 | der[at + 2 + i] & 0xff;
        }
        return length;
    }
}
