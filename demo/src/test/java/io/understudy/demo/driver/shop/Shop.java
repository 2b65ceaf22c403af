package io.understudy.demo.driver.shop;

import io.understudy.jdbc.Route;
import io.understudy.jdbc.UnderstudyConnection;
import jakarta.persistence.EntityManager;
import org.hibernate.Session;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What an application does, and where it was done. */
@Service
public class Shop {
    private final Purchases purchases;
    private final EntityManager entities;

    Shop(Purchases purchases, EntityManager entities) {
        this.purchases = purchases;
        this.entities = entities;
    }

    /** Where something was read, and what. */
    public record Counted(long count, Route route) {}

    @Transactional
    public long buy(String buyer) {
        return purchases.save(new Purchase(buyer)).id();
    }

    @Transactional(readOnly = true)
    public Counted bought(String buyer) {
        long count = purchases.countByBuyer(buyer);
        Route route = entities.unwrap(Session.class)
                .doReturningWork(
                        c -> c.unwrap(UnderstudyConnection.class).lastRoute().orElseThrow());
        return new Counted(count, route);
    }
}
