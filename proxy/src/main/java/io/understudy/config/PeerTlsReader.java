package io.understudy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of {@link PeerTls} in {@code node.yaml}: read and written. All three files are there or none. */
final class PeerTlsReader {
    private static final List<String> KEYS = List.of("certificate", "key", "ca");

    private PeerTlsReader() {}

    /** @param file beside which relative paths are */
    static Optional<PeerTls> read(Section section, Path file) {
        List<String> files = new ArrayList<>();
        for (String key : KEYS) {
            files.add(section.text(key, ""));
        }
        section.refuseOthers();
        if (files.stream().allMatch(String::isEmpty)) {
            return Optional.empty();
        }
        for (String key : KEYS) {
            section.text(key);
        }
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < KEYS.size(); i++) {
            paths.add(NodeConfigReader.beside(file, section, KEYS.get(i), files.get(i)));
        }
        return Optional.of(new PeerTls(paths.get(0), paths.get(1), paths.get(2)));
    }

    static Map<String, Object> toMap(PeerTls tls) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("certificate", tls.certificate().toString());
        map.put("key", tls.key().toString());
        map.put("ca", tls.ca().toString());
        return map;
    }
}
