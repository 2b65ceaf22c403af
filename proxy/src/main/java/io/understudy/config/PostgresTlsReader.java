package io.understudy.config;

import io.understudy.config.PostgresTls.Mode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of {@link PostgresTls} in {@code node.yaml}: read and written. */
final class PostgresTlsReader {
    private PostgresTlsReader() {}

    /** @param file beside which relative paths are */
    static PostgresTls read(Section tls, Path file) {
        Mode mode = ClientAccessReader.word(Mode.class, tls.choice("mode", ClientAccessReader.words(Mode.class)));
        if (mode == Mode.VERIFY_CA || mode == Mode.VERIFY_FULL) {
            tls.text("ca");
        }
        return new PostgresTls(mode, ClientAccessReader.path(tls, "ca", file));
    }

    static Map<String, Object> toMap(PostgresTls tls) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("mode", ClientAccessReader.word(tls.mode()));
        tls.ca().ifPresent(f -> map.put("ca", f.toString()));
        return map;
    }
}
