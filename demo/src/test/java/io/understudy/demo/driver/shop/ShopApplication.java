package io.understudy.demo.driver.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A Spring Boot application that knows nothing of Understudy but its URL. */
@SpringBootApplication
public class ShopApplication {}
