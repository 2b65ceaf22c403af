package io.understudy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that can be seen in the source files of all modules. */
class SourceTest {
    private static final int LINES_MAX = 500;
    private static final List<Path> FILES = javaFiles();

    @Test
    void filesAreReallyRead() {
        assertThat(FILES).hasSizeGreaterThan(50).anyMatch(f -> f.endsWith("log/Entry.java"));
    }

    @Test
    void noFileIsLongerThan500Lines() {
        assertThat(FILES).filteredOn(f -> lines(f).size() > LINES_MAX).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<Path> packages = FILES.stream()
                .filter(f -> f.toString().contains("/src/main/"))
                .map(Path::getParent)
                .distinct()
                .toList();
        assertThat(packages)
                .hasSizeGreaterThan(5)
                .allSatisfy(p -> assertThat(lines(p.resolve("package-info.java")))
                        .as("package-info of %s", p)
                        .contains("@NullMarked"));
    }

    private static List<Path> javaFiles() {
        // Tests run in the module's folder; its siblings are the other modules.
        Path top = Path.of("").toAbsolutePath().getParent();
        try (Stream<Path> modules = Files.list(top)) {
            return modules.map(m -> m.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(SourceTest::below)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> below(Path source) {
        try (Stream<Path> files = Files.walk(source)) {
            return files.filter(f -> f.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
