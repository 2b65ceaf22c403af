package io.understudy.demo.conformity;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import io.understudy.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Hibernate, jOOQ and pgjdbc's metadata send is understood, every statement of it, as PostgreSQL understands it. */
class EmittedSqlIT {
    private static EmbeddedPostgres pg;
    private static Collection<String> hibernate;
    private static Collection<String> jooq;
    private static Collection<String> metadata;

    @BeforeAll
    static void collect() throws Exception {
        pg = EmbeddedPostgres.start();
        try (SentSql sent = new SentSql();
                Connection c = connect()) {
            try (Statement s = c.createStatement()) {
                s.execute("CREATE SEQUENCE book_number");
            }
            sent.take();
            HibernateSession.run(pg.jdbcUrl(), pg.user(), pg.password());
            hibernate = sent.take();
            JooqStatements.run(c);
            jooq = sent.take();
            MetadataCalls.run(c);
            metadata = sent.take();
        }
    }

    @AfterAll
    static void stop() {
        if (pg != null) {
            pg.close();
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password());
    }

    private static Tally examined(String from, Collection<String> texts) throws SQLException {
        Tally tally = new Tally();
        try (Connection c = connect();
                Examiner examiner = new Examiner(connect(), tally)) {
            for (String text : texts) {
                for (SqlStatement s : Classifier.split(text)) {
                    if (Examiner.isExamined(s)) {
                        examiner.examinePrepared(from, s, c);
                    }
                }
            }
        }
        System.out.println(from + ": " + tally.figures());
        assertThat(tally.unequal()).as(from).isEmpty();
        assertThat(tally.unrecognised()).as(from).isEmpty();
        assertThat(tally.misrouted()).as(from).isEmpty();
        return tally;
    }

    @Test
    void hibernate() throws Exception {
        Tally tally = examined("Hibernate", hibernate);
        assertThat(tally.readOnlyStatements()).isGreaterThan(25);
        assertThat(tally.writingStatements()).isGreaterThan(20);
    }

    @Test
    void jooq() throws Exception {
        Tally tally = examined("jOOQ", jooq);
        assertThat(tally.readOnlyStatements()).isGreaterThan(20);
        assertThat(tally.writingStatements()).isGreaterThan(12);
    }

    @Test
    void metadataIsReadOnly() throws Exception {
        Tally tally = examined("metadata", metadata);
        assertThat(tally.readOnlyStatements()).isGreaterThan(20);
        assertThat(tally.writingStatements()).isZero();
    }
}
