package io.understudy.bench.figure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Sections in JSON files, one per chapter, from which the report can be written again at any time. */
public record Results(Path directory) {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Replaces what was measured of the chapter before. */
    public void keep(Section section) throws IOException {
        Files.createDirectories(directory);
        MAPPER.writeValue(file(section.chapter()).toFile(), section);
    }

    /** What was measured of a chapter. */
    public Optional<Section> read(String chapter) throws IOException {
        Path file = file(chapter);
        return Files.exists(file) ? Optional.of(MAPPER.readValue(file.toFile(), Section.class)) : Optional.empty();
    }

    private Path file(String chapter) {
        return directory.resolve(chapter + ".json");
    }
}
