package io.understudy.demo.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebDriverException;

/** The console in a real browser, before a real cluster; what it shows is compared with SQL run on the PostgreSQL servers themselves. */
class ConsoleIT extends ConsoleTests {
    private static final String COLUMNS_HAVE_THEIR_HEADINGS = """
            const shown = row => [...row.cells].filter(c => getComputedStyle(c).display !== 'none').length;
            const table = document.querySelector('table.nodes');
            return getComputedStyle(table.tHead).display === 'none'
                || shown(table.tHead.rows[0]) === shown(table.tBodies[0].rows[0]);""";

    private static final String VIEWER_PASSWORD = "only looks";

    @BeforeAll
    static void startCluster() throws Exception {
        // the comparison of the nodes reads every table, which servers would count
        start(file ->
                Files.writeString(file, withViewer(Files.readString(file).replaceFirst("every: \\S+", "every: 0s"))));
        try (Connection c = client(cluster.local().node(1));
                Statement s = c.createStatement()) {
            s.execute("create table console_write (id serial primary key, v text)");
            // Without a key: making its index would be a scan of it, which servers report at some time or other.
            s.execute("create table console_read (id int)");
            s.execute("insert into console_read values (1)");
        }
    }

    private static String withViewer(String yaml) {
        String with = yaml.replaceFirst(
                "(?m)^admin:$", "admin:\n  users:\n  - {name: wall, role: viewer, password: " + VIEWER_PASSWORD + "}");
        assertThat(with).isNotEqualTo(yaml);
        return with;
    }

    @Test
    void aWrongPasswordIsSaidAndTheRightOneOpensTheConsole() throws Exception {
        browser.open(cluster.local().node(1).adminPort());
        assertThat(browser.visible("console")).isFalse();
        browser.signIn("wrong");
        await().atMost(PATIENCE).until(() -> browser.text("sign-in-error").contains("wrong user or password"));
        browser.screenshot("sign-in");
        browser.signIn(cluster.local().password());
        await().atMost(PATIENCE).until(() -> browser.visible("console"));
        assertThat(browser.script("return document.cookie")).isEqualTo("");

        String withoutCsrf = "return fetch('/api/v1/switchover', {method: 'POST'}).then(a => a.status)";
        assertThat(browser.script(withoutCsrf)).isEqualTo("403");
        browser.click("sign-out");
        await().atMost(PATIENCE).until(() -> browser.visible("sign-in"));
        assertThat(browser.script("return fetch('/api/v1/status').then(a => a.status)"))
                .isEqualTo("401");
    }

    @Test
    void numbersAreThoseOfTheServers() throws Exception {
        LocalNode shown = cluster.replicas().getFirst();
        browser.openLive(shown.adminPort(), cluster.local().password());
        Map<String, Long> readsBefore = readsAtRest();
        Map<String, Long> scansBefore = new HashMap<>();
        for (LocalNode node : cluster.local().nodes()) {
            scansBefore.put(node.name(), scans(node));
        }
        LocalNode master = cluster.master();
        long writesBefore = browser.number(master.name(), "Writes");
        for (LocalNode node : cluster.local().nodes()) {
            try (Connection c = client(node);
                    Statement s = c.createStatement()) {
                for (int i = 0; i < 20; i++) {
                    s.execute("insert into console_write (v) values ('<b>not markup</b>')");
                }
                for (int i = 0; i < 50; i++) {
                    s.executeQuery("select * from console_read").close();
                }
            }
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(browser.number(master.name(), "Writes") - writesBefore).isEqualTo(60);
            long all = 0;
            for (LocalNode node : cluster.local().nodes()) {
                long reads = browser.number(node.name(), "Reads") - readsBefore.get(node.name());
                assertThat(reads).as("reads on %s", node.name()).isEqualTo(scans(node) - scansBefore.get(node.name()));
                assertThat(browser.number(node.name(), "Applied")).isEqualTo(applied(node));
                assertThat(browser.cell(node.name(), "role"))
                        .isEqualTo(node.number() == master.number() ? "master" : "replica");
                all += reads;
            }
            assertThat(all).isEqualTo(150);
        });
        assertThat(browser.script("return fetch('/api/v1/history').then(a => a.json()).then(h => Object.values(h.nodes)"
                        + ".every(n => n.readMillis.some(v => v > 0)))"))
                .as("every node was read from, which took time")
                .isEqualTo("true");
        browser.script("location.hash = '#/log'");
        await().atMost(PATIENCE).until(() -> browser.text("log-entries").contains("<b>not markup</b>"));
        browser.screenshot("statement-log");
    }

    @Test
    void lagRisesWhileAReplicasServerIsAwayAndGoesWhenItIsBack() throws Exception {
        LocalNode replica = cluster.replicas().getFirst();
        browser.openLive(cluster.master().adminPort(), cluster.local().password());
        replica.stopPostgres();
        try {
            write(cluster.master(), 30);
            await().atMost(PATIENCE).until(() -> browser.number(replica.name(), "Lag, entries") >= 30);
            await().atMost(PATIENCE)
                    .until(() -> browser.cell(replica.name(), "state").equals("PostgreSQL down"));
            await().atMost(PATIENCE).until(() -> Double.parseDouble(browser.cell(replica.name(), "Lag, seconds")) > 1);
            browser.screenshot("lag");
        } finally {
            replica.startPostgres();
        }
        await().atMost(PATIENCE).until(() -> browser.number(replica.name(), "Lag, entries") == 0);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(browser.number(replica.name(), "Applied")).isEqualTo(applied(replica)));
    }

    @Test
    void aFailoverIsWatchedAsItHappens() throws Exception {
        LocalNode master = cluster.master();
        browser.openLive(
                cluster.replicas().getFirst().adminPort(), cluster.local().password());
        write(master, 5);
        master.killProxy();
        try {
            await().atMost(PATIENCE)
                    .until(() -> browser.cell(master.name(), "state").equals("unreachable"));
            await().atMost(PATIENCE).until(() -> firstElection().contains(master.name() + " → "));
            await().atMost(PATIENCE).until(() -> firstElection().matches("(?s).*\\d\\.\\d\\d swrites down.*"));
            String next = cluster.master().name();
            assertThat(browser.cell(next, "role")).isEqualTo("master");
            assertThat(firstElection()).contains(next).contains("view").contains("MasterAssigned " + next);
            await("both voters' steps")
                    .atMost(PATIENCE)
                    .until(() -> firstElection().contains(" votes for " + next));
            browser.screenshot("failover");
        } finally {
            master.startProxy();
        }
        await().atMost(PATIENCE).until(() -> browser.cell(master.name(), "role").equals("replica"));
    }

    @Test
    void aSwitchoverIsClickedOnAReplicasPage() throws Exception {
        LocalNode master = cluster.master();
        LocalNode target = cluster.replicas().getLast();
        browser.openLive(
                cluster.replicas().getFirst().adminPort(), cluster.local().password());
        await().atMost(PATIENCE).until(() -> browser.cell(target.name(), "role").equals("replica"));
        browser.click("switchover-open");
        browser.clickCss("#switchover-targets input[value='" + target.name() + "']");
        assertThat(browser.text("switchover-effect")).contains(master.name() + " holds new write transactions back");
        browser.screenshot("switchover");
        browser.click("switchover-confirm");
        await().atMost(PATIENCE).until(() -> browser.cell(target.name(), "role").equals("master"));
        await().atMost(PATIENCE).until(() -> firstElection().contains(master.name() + " → " + target.name()));
        assertThat(cluster.master().name()).isEqualTo(target.name());
        write(master, 1);
    }

    @Test
    void thePageMovesWhenItsNodeDies() throws Exception {
        LocalNode serving = cluster.replicas().getFirst();
        browser.openLive(serving.adminPort(), cluster.local().password());
        serving.killProxy();
        try {
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(WebDriverException.class)
                    .until(() -> !browser.address().contains(":" + serving.adminPort() + "/")
                            && browser.visible("console")
                            && browser.text("connection-text").startsWith("live from"));
            assertThat(browser.text("notice")).contains(serving.name());
            assertThat(browser.visible("sign-in")).isFalse();
            await().atMost(PATIENCE)
                    .until(() -> browser.cell(serving.name(), "state").equals("unreachable"));
        } finally {
            serving.startProxy();
        }
    }

    @Test
    void itFitsScreensOfThreeSizes() throws Exception {
        browser.openLive(cluster.master().adminPort(), cluster.local().password());
        for (int width : new int[] {1440, 820, 390}) {
            browser.size(width, 1180);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    browser.script("return document.documentElement.scrollWidth <= window.innerWidth"))
                            .isEqualTo("true"));
            assertThat(browser.script(COLUMNS_HAVE_THEIR_HEADINGS))
                    .as("at " + width)
                    .isEqualTo("true");
            browser.screenshot("console-" + width);
        }
        browser.size(1440, 1180);
        browser.picture("console");
        for (String page : List.of("sessions", "statements", "log", "events")) {
            browser.page(page);
            for (int width : new int[] {1440, 390}) {
                browser.size(width, 1000);
                browser.dark(width == 390);
                await(page + " at " + width)
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(browser.script(
                                        "return document.documentElement.scrollWidth <= window.innerWidth"))
                                .isEqualTo("true"));
                browser.screenshot("console-" + page + "-" + width);
            }
            browser.dark(false);
        }
    }

    @Test
    void sessionsShowWhoIsConnectedAndWhatPinsHim() throws Exception {
        LocalNode at = cluster.replicas().getLast();
        String name = "<i>a&b</i>";
        browser.openLive(
                cluster.replicas().getFirst().adminPort(), cluster.local().password());
        browser.page("sessions");
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", cluster.local().password());
        properties.setProperty("ApplicationName", name);
        try (Connection c = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + at.clientPort() + "/postgres", properties);
                Statement s = c.createStatement()) {
            s.execute("create temporary table console_own (secret text)");
            s.execute("insert into console_own values ('hunter2')");
            c.setAutoCommit(false);
            s.executeQuery("select 'hunter2', count(*) from console_own").close();
            browser.enter("sessions-filter", name);
            await().atMost(PATIENCE)
                    .until(() -> shownSession().contains("idle in transaction")
                            && shownSession().contains("temporary object"));
            assertThat(shownSession())
                    .contains(at.name())
                    .contains(name)
                    .contains(cluster.master().name())
                    .contains("select '?' , count ( * ) from console_own")
                    .doesNotContain("hunter2");
            String own = "return document.querySelectorAll('#sessions [data-session^=\"" + at.name() + "-\"]').length";
            assertThat(browser.script(own))
                    .as("besides what the master has of it by that node's proxy")
                    .isEqualTo("1");
            assertThat(number(
                            cluster.master(),
                            "select count(*) from pg_stat_activity where state = 'idle in transaction'"))
                    .as("as its server says")
                    .isPositive();
            browser.enter("sessions-state", "active");
            await().atMost(PATIENCE).until(() -> shownSession().contains("None is like that"));
            browser.enter("sessions-state", "pinned");
            await().atMost(PATIENCE).until(() -> shownSession().contains("temporary object"));
            browser.picture("console-sessions");
            c.rollback();
        }
        await().atMost(PATIENCE).until(() -> !shownSession().contains(name));
        assertThat(browser.text("pools")).contains("postgres");
    }

    private String shownSession() {
        return browser.text("sessions");
    }

    @Test
    void statementsShowHowOftenTheyRanAndWhereAsTheServersCountedThem() throws Exception {
        LocalNode through = cluster.replicas().getFirst();
        browser.openLive(cluster.master().adminPort(), cluster.local().password());
        browser.page("statements");
        Map<String, Long> before = new HashMap<>();
        for (LocalNode node : cluster.local().nodes()) {
            before.put(node.name(), scans(node));
        }
        String shape = "select id + 0 , '?' from console_read";
        try (Connection c = client(through);
                Statement s = c.createStatement()) {
            for (int i = 0; i < 40; i++) {
                s.executeQuery("select id + " + i + ", 'hunter2' from console_read")
                        .close();
            }
        }
        browser.enter("statements-filter", "from console_read");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(cellOfShape(shape, "Calls")).isEqualTo("40");
            for (LocalNode node : cluster.local().nodes()) {
                long ran = scans(node) - before.get(node.name());
                assertThat(cellOfShape(shape, "Ran on"))
                        .as("%d scans at %s", ran, node.name())
                        .matches(
                                ran == 0
                                        ? "(?!.*" + node.name() + ").*"
                                        : "(?s).*" + node.name() + " " + share(ran, 40) + ".*");
            }
        });
        assertThat(browser.text("statements")).doesNotContain("hunter2");
        browser.enter("statements-filter", "");
        browser.picture("console-statements");
    }

    private static String share(long part, long all) {
        return part == all ? "100 %" : String.format(java.util.Locale.ROOT, "%.1f %%", 100.0 * part / all);
    }

    private String cellOfShape(String shape, String label) {
        return String.valueOf(browser.script(
                "return document.querySelector(`#statements tr[data-shape=\"${CSS.escape(arguments[0])}\"] [data-label=\"${arguments[1]}\"]`)?.textContent",
                shape,
                label));
    }

    @Test
    void nodesAreComparedAndOneIsRepairedOnAReplicasPage() throws Exception {
        LocalNode replica = cluster.replicas().getLast();
        browser.openLive(
                cluster.replicas().getFirst().adminPort(), cluster.local().password());
        await().atMost(PATIENCE)
                .until(() -> browser.script("return document.getElementById('verify-open').disabled")
                        .equals("false"));
        browser.click("verify-open");
        assertThat(browser.text("verify-effect")).contains(cluster.master().name() + ", the master");
        browser.screenshot("compare");
        browser.click("verify-confirm");
        await().atMost(PATIENCE).until(() -> browser.text("verification-text").startsWith("All equal at index"));
        assertThat(browser.text("verification-text")).contains("node1, node2, node3");

        browser.click("resync-open");
        browser.clickCss("#resync-targets input[value='" + replica.name() + "']");
        assertThat(browser.text("resync-effect")).contains(replica.name() + " goes into quarantine");
        browser.screenshot("resync");
        browser.click("resync-confirm");
        await().atMost(PATIENCE).until(() -> repairs(replica) == 1);
        await().atMost(PATIENCE)
                .until(() -> browser.cell(replica.name(), "state").equals("ready"));
        write(cluster.master(), 3);
        long wanted = number(cluster.master(), "select count(*) from console_write");
        await().atMost(PATIENCE).until(() -> number(replica, "select count(*) from console_write") == wanted);
    }

    private static long repairs(LocalNode node) throws IOException {
        for (var n : cluster.local().status().path("nodes")) {
            if (n.path("name").asText().equals(node.name())) {
                return n.path("repairs").asLong();
            }
        }
        return -1;
    }

    @Test
    void aViewerSeesAllAndCanOrderNothingAndWhatHeTriesIsTold() throws Exception {
        browser.open(cluster.local().node(2).adminPort());
        browser.signIn("wall", VIEWER_PASSWORD);
        await().atMost(PATIENCE).until(() -> browser.text("identity").equals("wall (viewer)"));
        await().atMost(PATIENCE).until(() -> browser.cell("node1", "state").equals("ready"));
        for (String button :
                List.of("switchover-open", "verify-open", "resync-open", "drain-open", "add-open", "remove-open")) {
            assertThat(browser.visible(button)).as(button).isFalse();
        }
        String tried =
                "return fetch('/api/v1/session').then(a => a.json()).then(s => fetch('/api/v1/switchover?target=<b>x',"
                        + " {method: 'POST', headers: {'X-CSRF-Token': s.csrf}})).then(a => a.status)";
        assertThat(browser.script(tried)).isEqualTo("403");
        browser.page("events");
        await().atMost(PATIENCE).until(() -> browser.text("events").contains("POST /api/v1/switchover?target="));
        browser.enter("events-kind", "audit");
        assertThat(browser.text("events"))
                .contains("wall (viewer, by session) from 127.0.0.1")
                .contains("403 refused")
                .contains("wall (viewer) signed in");
        browser.screenshot("events");
    }

    /** Reads on each node as the page says, once nothing moves any more: nodes tell each other their counts a moment later. */
    private Map<String, Long> readsAtRest() throws Exception {
        AtomicReference<Map<String, Long>> seen = new AtomicReference<>(Map.of());
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            Map<String, Long> now = new HashMap<>();
            for (LocalNode node : cluster.local().nodes()) {
                now.put(node.name(), browser.number(node.name(), "Reads"));
            }
            return now.equals(seen.getAndSet(now));
        });
        return seen.get();
    }

    private String firstElection() {
        return String.valueOf(browser.script(
                "return document.querySelector('#elections > li')?.textContent.replace(/\\u00a0/g, ' ')"));
    }

    private static void write(LocalNode through, int rows) throws SQLException {
        try (Connection c = client(through);
                Statement s = c.createStatement()) {
            for (int i = 0; i < rows; i++) {
                s.execute("insert into console_write (v) values ('x')");
            }
        }
    }

    private static long scans(LocalNode node) throws SQLException {
        return number(
                node,
                "select coalesce(seq_scan, 0) + coalesce(idx_scan, 0) from pg_stat_user_tables where relname = 'console_read'");
    }

    private static long applied(LocalNode node) throws SQLException {
        return number(node, "select max(idx) from understudy.applied");
    }
}
