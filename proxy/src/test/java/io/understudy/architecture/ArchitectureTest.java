package io.understudy.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.understudy.log.Entry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Who may import whom. A package that does not exist yet has its rule already. */
class ArchitectureTest {
    private static final String ROOT = "io.understudy";

    /** Each package and the others it may import; only the root may import all. */
    private static final Map<String, Set<String>> IMPORTS = Map.ofEntries(
            Map.entry("wire", Set.of()),
            Map.entry("log", Set.of()),
            Map.entry("topology", Set.of()),
            Map.entry("config", Set.of()),
            Map.entry("event", Set.of()),
            Map.entry("logging", Set.of("config")),
            Map.entry("signin", Set.of()),
            Map.entry("tls", Set.of("config")),
            Map.entry("election", Set.of("log", "topology", "event")),
            Map.entry("backend", Set.of("wire", "log", "config", "tls")),
            Map.entry("catalog", Set.of("backend", "wire", "log")),
            Map.entry("authentication", Set.of("wire", "backend", "config", "tls")),
            Map.entry("classification", Set.of("catalog", "log")),
            Map.entry("route", Set.of("classification", "catalog", "topology", "log", "config")),
            Map.entry("capture", Set.of("backend", "catalog", "wire", "log")),
            Map.entry("consensus", Set.of("log", "topology", "config", "tls")),
            Map.entry("replay", Set.of("capture", "backend", "catalog", "wire", "log", "topology", "config")),
            Map.entry(
                    "execution",
                    Set.of(
                            "route",
                            "classification",
                            "capture",
                            "replay",
                            "backend",
                            "catalog",
                            "wire",
                            "log",
                            "topology",
                            "config")),
            Map.entry(
                    "mastership",
                    Set.of(
                            "execution",
                            "capture",
                            "replay",
                            "backend",
                            "catalog",
                            "wire",
                            "log",
                            "topology",
                            "config")),
            Map.entry("repair", Set.of("replay", "capture", "backend", "catalog", "wire", "log", "topology", "config")),
            Map.entry(
                    "session",
                    Set.of(
                            "authentication",
                            "tls",
                            "classification",
                            "route",
                            "execution",
                            "capture",
                            "replay",
                            "backend",
                            "catalog",
                            "wire",
                            "log",
                            "topology",
                            "config")),
            Map.entry("admin", Set.of("log", "topology", "config", "signin", "election", "tls")),
            Map.entry("adoption", Set.of()),
            Map.entry("command", Set.of("config", "adoption", "tls", "logging")));

    /** The wiring: it imports all, and only the root imports it. */
    private static final String WIRING = "node";

    /** Each library and where it may be known. */
    private static final Map<String, Set<String>> LIBRARIES = Map.ofEntries(
            Map.entry("org.apache.calcite", Set.of("classification")),
            Map.entry("org.jgroups", Set.of("consensus")),
            Map.entry("io.microraft", Set.of("consensus")),
            Map.entry("com.zaxxer.hikari", Set.of("backend")),
            Map.entry("org.postgresql", Set.of("backend")),
            Map.entry("org.flywaydb", Set.of("catalog")),
            Map.entry("io.javalin", Set.of("admin")),
            Map.entry("org.eclipse.jetty", Set.of("admin")),
            Map.entry("io.micrometer", Set.of("admin")),
            Map.entry("picocli", Set.of("command")),
            Map.entry("com.ongres", Set.of("authentication", "backend")),
            Map.entry("ch.qos.logback", Set.of("logging")),
            Map.entry("net.logstash", Set.of("logging")),
            Map.entry("org.snakeyaml", Set.of("config")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importUrl(Entry.class.getProtectionDomain().getCodeSource().getLocation());

    private static final List<String> PACKAGES =
            IMPORTS.keySet().stream().sorted().toList();
    private static final List<String> LIBRARY_NAMES =
            LIBRARIES.keySet().stream().sorted().toList();

    @Test
    void classesAreReallyImported() {
        assertThat(CLASSES).hasSizeGreaterThan(50);
        assertThat(CLASSES.contain(Entry.class)).isTrue();
        assertThat(CLASSES.get(Entry.Transaction.class).getDirectDependenciesFromSelf())
                .anyMatch(d -> d.getTargetClass().getName().equals("io.understudy.log.Form"));
    }

    @Test
    void everyPackageHasItsRuleAndNoneIsDeeper() {
        List<String> packages = CLASSES.stream()
                .map(c -> c.getPackageName())
                .filter(p -> !p.equals(ROOT) && !p.equals(ROOT + "." + WIRING))
                .map(p -> p.substring(ROOT.length() + 1))
                .distinct()
                .toList();
        assertThat(packages).isSubsetOf(IMPORTS.keySet());
    }

    @Test
    void thereAreNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @FieldSource("PACKAGES")
    void aPackageImportsOnlyWhatItMay(String name) {
        String[] allowed = Stream.concat(Stream.of(name), IMPORTS.getOrDefault(name, Set.of()).stream())
                .map(p -> ROOT + "." + p + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheRootKnowsTheWiring() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + "." + WIRING)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "." + WIRING + ".."))
                .check(CLASSES);
    }

    @ParameterizedTest
    @FieldSource("LIBRARY_NAMES")
    void aLibraryIsKnownOnlyWhereItBelongs(String library) {
        String[] homes = LIBRARIES.getOrDefault(library, Set.of()).stream()
                .map(p -> ROOT + "." + p + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat(resideInAPackage(library + ".."))
                .check(CLASSES);
    }

    @Test
    void namesSayWhatThingsAre() {
        classes()
                .should()
                .haveNameNotMatching("(?i).*(util|utils|common|impl|manager|helper)(\\$.*)?")
                .andShould()
                .haveNameNotMatching("(?i).*\\.(util|utils|common|impl|manager|helper)\\..*")
                .check(CLASSES);
    }
}
