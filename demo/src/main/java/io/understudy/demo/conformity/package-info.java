/**
 * Holds the proxy's classification against PostgreSQL's own analysis: {@code PsqlScript} and {@code ScriptRunner} run SQL files, {@code Trial} has the server
 * print its parse tree of each query ({@code TreeNode}, {@code ServerAnalysis}), {@code Comparison} looks for differences, {@code Report} counts.
 */
@NullMarked
package io.understudy.demo.conformity;

import org.jspecify.annotations.NullMarked;
