package io.understudy.backend;

/** Who logs in, and to which database. */
public record Login(String user, String database, Credentials credentials) {}
