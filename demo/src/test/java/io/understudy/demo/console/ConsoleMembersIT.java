package io.understudy.demo.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalMembers;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebDriverException;

/** Nodes taken out of work, added and removed by the console's buttons. */
class ConsoleMembersIT extends ConsoleTests {
    @BeforeAll
    static void startCluster() throws Exception {
        start(file -> {});
        execute(cluster.local().node(1), "create table moved (id serial primary key, v text)");
    }

    @Test
    void aNodeIsTakenOutOfWorkAndPutBack() throws Exception {
        LocalNode master = cluster.master();
        browser.openLive(
                cluster.replicas().getFirst().adminPort(), cluster.local().password());
        await().atMost(PATIENCE).until(() -> browser.cell(master.name(), "role").equals("master"));
        browser.click("drain-open");
        choose(master.name());
        assertThat(browser.text("member-effect")).contains(master.name() + " hands the mastership over");
        browser.screenshot("drain");
        browser.click("member-confirm");
        await().atMost(PATIENCE)
                .until(() -> browser.cell(master.name(), "state").equals("drained"));
        assertThat(browser.cell(master.name(), "role")).isEqualTo("replica");
        assertThat(cluster.master().name()).isNotEqualTo(master.name());
        write(master);

        browser.click("drain-open");
        choose(master.name());
        await().atMost(PATIENCE).until(() -> browser.text("member-confirm").equals("Put " + master.name() + " back"));
        browser.click("member-confirm");
        await().atMost(PATIENCE)
                .until(() -> browser.cell(master.name(), "state").equals("ready"));
    }

    @Test
    void aNodeIsAddedAndTheOneThatServesThePageIsRemoved() throws Exception {
        browser.openLive(cluster.master().adminPort(), cluster.local().password());
        browser.click("add-open");
        await().atMost(PATIENCE).until(() -> browser.text("member-effect").contains("No node waits to be added"));
        assertThat(browser.visible("member-nodes")).isFalse();
        browser.click("member-cancel");

        LocalMembers members = new LocalMembers(cluster.local(), ProxyLaunch.likeThisProcess(), line -> {});
        LocalCluster four = members.prepare();
        try {
            LocalNode added = four.nodes().getLast();
            await().atMost(PATIENCE).untilAsserted(() -> {
                browser.click("add-open");
                try {
                    await().atMost(Duration.ofSeconds(2))
                            .until(() -> browser.text("member-targets").contains(added.name()));
                } catch (ConditionTimeoutException e) {
                    browser.click("member-cancel");
                    throw new AssertionError("not heard yet", e);
                }
            });
            choose(added.name());
            assertThat(browser.text("member-effect")).contains(added.name() + " is added, and gets the log");
            browser.screenshot("add");
            browser.click("member-confirm");
            await().atMost(PATIENCE)
                    .until(() -> browser.cell(added.name(), "state").equals("ready"));
            write(cluster.master());
            long wanted = rows(cluster.master());
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> rows(added) == wanted);
            await().atMost(PATIENCE).until(() -> members.voters().contains(added.name()));

            browser.openLive(added.adminPort(), cluster.local().password());
            browser.click("remove-open");
            choose(added.name());
            assertThat(browser.text("member-effect")).contains("its process ends");
            browser.screenshot("remove");
            browser.click("member-confirm");
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(WebDriverException.class)
                    .until(() -> !browser.address().contains(":" + added.adminPort() + "/")
                            && browser.text("connection-text").startsWith("live from"));
            await().atMost(PATIENCE)
                    .until(() ->
                            String.valueOf(browser.cell(added.name(), "role")).equals("null"));
        } finally {
            new LocalMembers(four, ProxyLaunch.likeThisProcess(), line -> {})
                    .remove(four.nodes().getLast().name(), false);
        }
    }

    /** In the dialog that is open, which then says what will happen. */
    private void choose(String node) {
        await().atMost(PATIENCE).until(() -> browser.text("member-targets").contains(node));
        browser.clickCss("#member-targets input[value='" + node + "']");
        await().atMost(PATIENCE)
                .until(() -> browser.script("return document.getElementById('member-confirm').disabled")
                        .equals("false"));
    }

    private static void write(LocalNode through) throws SQLException {
        execute(through, "insert into moved (v) values ('x')");
    }

    private static void execute(LocalNode through, String sql) throws SQLException {
        try (Connection c = client(through);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static long rows(LocalNode node) throws SQLException {
        return number(node, "select count(*) from moved");
    }
}
