/**
 * From the numbers of nodes to surroundings of their own that can be broken: network namespaces, disks. Linux, as root; everything made here is taken away when it
 * is closed, and what a killed run left by the next run.
 */
@NullMarked
package io.understudy.demo.lab;

import org.jspecify.annotations.NullMarked;
