package io.understudy.session;

import io.understudy.log.LoggedStatement.Parameter;
import java.util.List;

/**
 * A bound statement of the client's.
 *
 * @param parameters empty unless the statement may write
 * @param kept false if they were too long to be kept
 */
record Portal(Prepared prepared, List<Parameter> parameters, boolean kept) {}
