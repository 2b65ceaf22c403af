package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.shop.Shop;
import io.understudy.demo.driver.shop.ShopApplication;
import io.understudy.demo.fault.Contents;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Spring Boot with HikariCP, Flyway and JPA, given the URL and nothing else, through the loss of the master. */
class SpringBootIT {
    private static final int WRITES_BEFORE_AND_AFTER = 50;
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(30);
    private static final Duration READER_PAUSE = Duration.ofMillis(5);

    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.shared();
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void anApplicationSurvivesTheLossOfTheMaster() throws Exception {
        try (ConfigurableApplicationContext context = SpringApplication.run(
                ShopApplication.class,
                "--spring.main.web-application-type=none",
                "--spring.flyway.locations=classpath:driver/shop",
                "--spring.jpa.hibernate.ddl-auto=validate",
                "--spring.datasource.url=" + cluster.url())) {
            assertThat(context.getBean(DataSource.class)).isInstanceOf(HikariDataSource.class);
            assertThat(context.getBean(EntityManagerFactory.class)
                            .unwrap(SessionFactoryImplementor.class)
                            .getJdbcServices()
                            .getDialect())
                    .isInstanceOf(PostgreSQLDialect.class);

            Shop shop = context.getBean(Shop.class);
            String master = cluster.master().name();
            assertThat(shop.buy("first")).isPositive();
            Shop.Counted read = shop.bought("first");
            assertThat(read.count()).isEqualTo(1);
            assertThat(read.route().reason()).isEqualTo("read_only_transaction");
            assertThat(read.route().node()).isNotEqualTo(master);

            buyThroughALoss(shop);

            LocalNode now = cluster.master();
            assertThat(now.name()).isNotEqualTo(master);
            Shop.Counted after = shop.bought("first");
            assertThat(after.count()).isEqualTo(1);
            assertThat(after.route().node()).isNotEqualTo(now.name());
        }
        assertThat(Contents.differences(Contents.ofAll(cluster.local()))).isEmpty();
    }

    /** Writers and a reader go on while the master's proxy is killed; each write is tried until it is known to be done. */
    private static void buyThroughALoss(Shop shop) throws Exception {
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        AtomicReference<String> last = new AtomicReference<>("first");
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger staleReads = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; !over.get(); i++) {
                String buyer = "buyer" + i;
                try {
                    shop.buy(buyer);
                    acknowledged.add(buyer);
                    last.set(buyer);
                } catch (DataAccessException | TransactionException e) {
                    // A pool drops the connection; the next attempt has another one.
                }
            }
        });
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try {
                    if (shop.bought(last.get()).count() < 1) {
                        staleReads.incrementAndGet();
                    }
                    reads.incrementAndGet();
                    Thread.sleep(READER_PAUSE);
                } catch (DataAccessException | TransactionException e) {
                    // As above.
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        try {
            await().atMost(RESUME_LIMIT).until(() -> acknowledged.size() >= WRITES_BEFORE_AND_AFTER);
            LocalNode lost = cluster.master();
            int before = acknowledged.size();
            int readsBefore = reads.get();
            lost.killProxy();
            await().atMost(RESUME_LIMIT).until(() -> acknowledged.size() >= before + WRITES_BEFORE_AND_AFTER);
            await().atMost(RESUME_LIMIT).until(() -> reads.get() >= readsBefore + WRITES_BEFORE_AND_AFTER);
            lost.startProxy();
            cluster.awaitAllServing();
        } finally {
            over.set(true);
            writer.join();
            reader.join();
        }
        assertThat(staleReads).hasValue(0);
        for (String buyer : acknowledged) {
            assertThat(shop.bought(buyer).count()).as(buyer).isEqualTo(1);
        }
    }
}
