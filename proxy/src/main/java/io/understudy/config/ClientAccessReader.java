package io.understudy.config;

import io.understudy.config.ClientTls.ClientCertificate;
import io.understudy.config.ClientTls.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The settings of {@link ClientAccess} in {@code node.yaml}: read and written. */
final class ClientAccessReader {
    private ClientAccessReader() {}

    /** @param file beside which relative paths are */
    static ClientTls tls(Section tls, Path file) {
        ClientTls settings = new ClientTls(
                word(Mode.class, tls.choice("mode", words(Mode.class))),
                path(tls, "certificate", file),
                path(tls, "key", file),
                path(tls, "client-ca", file),
                word(ClientCertificate.class, tls.choice("client-certificate", words(ClientCertificate.class))));
        if (settings.mode() != Mode.OFF) {
            tls.text("certificate");
            tls.text("key");
        }
        if (settings.clientCertificate() != ClientCertificate.OPTIONAL) {
            tls.text("client-ca");
            if (settings.mode() != Mode.REQUIRE) {
                tls.refuse(
                        "client-certificate",
                        tls.name("client-certificate") + " is " + word(settings.clientCertificate())
                                + ", but a connection that is not encrypted shows no certificate: " + tls.name("mode")
                                + " must be " + word(Mode.REQUIRE));
            }
        }
        return settings;
    }

    static Optional<Path> path(Section section, String key, Path file) {
        String text = section.text(key, "");
        return text.isEmpty() ? Optional.empty() : Optional.of(NodeConfigReader.beside(file, section, key, text));
    }

    static ClientLimits limits(Section client, Section limits) {
        ClientLimits usual = ClientLimits.DEFAULT;
        int connections = limits.number("connections", usual.connections(), 1, 100_000);
        List<Network> networks = new ArrayList<>();
        for (String network : client.texts("networks")) {
            try {
                networks.add(Network.parse(network));
            } catch (IllegalArgumentException e) {
                client.refuse("networks", client.name("networks") + ": " + network + " " + e.getMessage());
            }
        }
        return new ClientLimits(
                connections,
                limits.number("reserved", Math.min(usual.reserved(), connections - 1), 0, connections - 1),
                limits.number("per-user", usual.perUser(), 0, 100_000),
                limits.duration("login-time", usual.loginTime(), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                networks);
    }

    static Map<String, Object> toMap(ClientLimits limits) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("connections", limits.connections());
        map.put("reserved", limits.reserved());
        map.put("per-user", limits.perUser());
        map.put("login-time", Durations.format(limits.loginTime()));
        return map;
    }

    static Map<String, Object> toMap(ClientTls tls) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("mode", word(tls.mode()));
        tls.certificate().ifPresent(f -> map.put("certificate", f.toString()));
        tls.key().ifPresent(f -> map.put("key", f.toString()));
        tls.clientCa().ifPresent(f -> map.put("client-ca", f.toString()));
        map.put("client-certificate", word(tls.clientCertificate()));
        return map;
    }

    static <E extends Enum<E>> String[] words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(ClientAccessReader::word)
                .toArray(String[]::new);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <E extends Enum<E>> E word(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
