package io.understudy.demo.driver.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

@Entity
class Purchase {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    private String buyer;

    protected Purchase() {}

    Purchase(String buyer) {
        this.buyer = buyer;
    }

    Long id() {
        return id;
    }

    String buyer() {
        return buyer;
    }
}
