package io.understudy.demo.torture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The objects that every world has. */
final class FixedObjects {
    private static final String FILE = "world.sql";

    private FixedObjects() {}

    /** Statements that make them, in order; they need a schema to be made in. */
    static List<String> statements() {
        try (InputStream file = Objects.requireNonNull(FixedObjects.class.getResourceAsStream(FILE), FILE)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n\n")).map(String::strip).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
