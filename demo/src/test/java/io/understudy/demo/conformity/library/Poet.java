package io.understudy.demo.conformity.library;

import jakarta.persistence.Entity;

@Entity
public class Poet extends Author {
    private String school;

    protected Poet() {}

    public Poet(String name, String school) {
        super(name, null);
        this.school = school;
    }
}
