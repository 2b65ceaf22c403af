package io.understudy.demo.driver.shop;

import org.springframework.data.jpa.repository.JpaRepository;

interface Purchases extends JpaRepository<Purchase, Long> {
    long countByBuyer(String buyer);
}
