package io.understudy.command;

import io.understudy.adoption.Programs;
import picocli.CommandLine.Option;

/** The option that says where PostgreSQL's client programs are. */
final class ClientPrograms {
    @Option(
            names = "--programs",
            paramLabel = "DIR",
            description = "Where pg_dump and its kin are, if not on the search path.")
    private String directory = "";

    Programs programs() {
        return new Programs(directory);
    }
}
