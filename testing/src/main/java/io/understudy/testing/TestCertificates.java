package io.understudy.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority of a test's own and certificates that it signed, made by the running Java's keytool. For one thread. */
public final class TestCertificates {
    private static final String PASSWORD = "changeit";
    private static final String AUTHORITY = "authority";
    private static final int LINE_CHARACTERS = 64;

    private final Path directory;
    private final Path store;
    private final boolean signed;

    private TestCertificates(Path directory, boolean signed) {
        this.directory = directory;
        this.signed = signed;
        this.store = directory.resolve("test.p12");
    }

    /**
     * A certificate and its key.
     *
     * @param certificate PEM, with that of who signed it
     * @param key PEM, PKCS#8
     * @param keyDer the same, DER
     */
    public record Issued(Path certificate, Path key, Path keyDer, X509Certificate own, PrivateKey secret) {}

    /** @param directory where its files will be */
    public static TestCertificates in(Path directory) throws IOException {
        TestCertificates c = new TestCertificates(directory, true);
        c.keytool("-alias", AUTHORITY, "-dname", "CN=test authority", "-ext", "bc:c", "-keyalg", "EC");
        return c;
    }

    /** One without an authority: each certificate is signed by its own key. */
    public static TestCertificates selfSigned(Path directory) throws IOException {
        return new TestCertificates(Files.createDirectories(directory), false);
    }

    /** The authority's certificate, PEM. */
    public Path authority() throws IOException {
        Path file = directory.resolve("authority.crt");
        Files.writeString(file, pem("CERTIFICATE", encoded(entry(AUTHORITY)[0])));
        return file;
    }

    /**
     * A certificate for 127.0.0.1 and localhost.
     *
     * @param algorithm of its key: RSA, EC or Ed25519
     * @param more for keytool
     */
    public Issued issue(String name, String subject, String algorithm, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-alias", name, "-dname", subject, "-ext", "san=ip:127.0.0.1,dns:localhost", "-keyalg", algorithm));
        if (signed) {
            arguments.addAll(List.of("-signer", AUTHORITY));
        }
        arguments.addAll(List.of(more));
        keytool(arguments.toArray(String[]::new));
        Certificate[] chain = entry(name);
        StringBuilder pem = new StringBuilder();
        for (Certificate c : chain) {
            pem.append(pem("CERTIFICATE", encoded(c)));
        }
        PrivateKey secret = secret(name);
        Path certificate = Files.writeString(directory.resolve(name + ".crt"), pem);
        Path key = secretFile(name + ".key");
        Files.writeString(key, pem("PRIVATE KEY", secret.getEncoded()));
        Path der = secretFile(name + ".pk8");
        Files.write(der, secret.getEncoded());
        return new Issued(certificate, key, der, (X509Certificate) chain[0], secret);
    }

    /** A block as OpenSSL writes it. */
    public static String pem(String label, byte[] der) {
        String lines = Base64.getMimeEncoder(LINE_CHARACTERS, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    private Path secretFile(String name) throws IOException {
        return Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private Certificate[] entry(String alias) throws IOException {
        try {
            return load().getCertificateChain(alias);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private PrivateKey secret(String alias) throws IOException {
        try {
            return (PrivateKey) load().getKey(alias, PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static byte[] encoded(Certificate c) throws IOException {
        try {
            return c.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-validity",
                "10"));
        command.addAll(List.of(arguments));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!p.waitFor(1, TimeUnit.MINUTES) || p.exitValue() != 0) {
                throw new IOException("keytool: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            p.destroyForcibly();
        }
    }
}
