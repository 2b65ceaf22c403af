/**
 * The administration API: from HTTP requests to JSON about the cluster, and to orders to verify or switch over; metrics and health beside it. One class per
 * endpoint. What it needs to know it asks through the small interfaces declared here, which whoever starts {@link io.understudy.admin.AdminServer} implements.
 * Javalin and Micrometer are known only here.
 */
@NullMarked
package io.understudy.admin;

import org.jspecify.annotations.NullMarked;
