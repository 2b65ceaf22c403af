package io.understudy.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CompatibilityTest {
    private static final Path PAGE = Path.of("..", "docs", "compatibility.md");

    @Test
    void thePageSaysWhatTheFamiliesSay() throws IOException {
        String page = CompatibilityPage.of(FamilyFile.all());
        if (Boolean.getBoolean("understudy.compatibility.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/compatibility.md; to make it anew: mvn -pl proxy -am test -Dtest=CompatibilityTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dunderstudy.compatibility.write=true")
                .isEqualTo(page);
    }

    @Test
    void everyFamilyHasANameOfItsOwnAndSomethingToShow() {
        List<Family> families = FamilyFile.all();
        assertThat(families.stream().map(Family::name).collect(Collectors.toSet()))
                .hasSameSizeAs(families)
                .hasSizeGreaterThan(50);
        assertThat(families)
                .allSatisfy(f -> assertThat(f.clients().size() + f.refusals().size())
                        .as(f.name())
                        .isPositive());
    }

    @Test
    void theFormatIsUnderstood() {
        List<Family> families = FamilyFile.parse("""
                # Group
                == one
                title: The first
                limits: Little.
                lost: 23505
                -- set-up
                create function f() returns int language sql as $$
                  select 1;
                $$;
                -- client
                insert into t values (?); insert into t values (2);
                \\bind int4 {i}
                copy t from stdin;
                1
                \\.
                \\error 23505
                -- check
                select 1;
                => 1
                => 2
                -- refused
                create database x;
                => Do not.
                == two
                title: The second
                """.lines().toList());
        Family one = families.getFirst();
        assertThat(families).extracting(Family::name).containsExactly("one", "two");
        assertThat(one.set()).hasSize(1);
        assertThat(one.clients())
                .containsExactly(List.of(
                        new Script.Statement(
                                "insert into t values (?); insert into t values (2)", List.of("int4 {i}"), ""),
                        new Script.CopyIn("copy t from stdin", "1\n", "23505")));
        assertThat(one.checks()).containsExactly(new Family.Check("select 1", "1\n2"));
        assertThat(one.refusals()).containsExactly(new Family.Refusal("create database x", "Do not."));
    }
}
