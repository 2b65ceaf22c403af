package io.understudy.testing;

import java.util.OptionalInt;

/** Where tests' servers come from. */
sealed interface Source {
    /** System property: nothing for the usual embedded PostgreSQL, 14 to 18 for that major version of it, or {@code containers}. */
    String PROPERTY = "understudy.postgres";

    /** System property: of which image containers are. */
    String IMAGE_PROPERTY = "understudy.postgres.image";

    String IMAGE = "postgres:18";

    /**
     * The binaries on the class path.
     *
     * @param major which they must be, if it matters
     */
    record Embedded(OptionalInt major) implements Source {}

    /** Containers by Testcontainers, which needs a Docker engine. */
    record Container(String image) implements Source {}

    static Source chosen() {
        return of(System.getProperty(PROPERTY, ""), System.getProperty(IMAGE_PROPERTY, IMAGE));
    }

    static Source of(String choice, String image) {
        return switch (choice) {
            case "" -> new Embedded(OptionalInt.empty());
            case "containers" -> new Container(image);
            case "14", "15", "16", "17", "18" -> new Embedded(OptionalInt.of(Integer.parseInt(choice)));
            default ->
                throw new IllegalArgumentException(
                        PROPERTY + " is " + choice + ", but must be a number from 14 to 18 or containers");
        };
    }
}
