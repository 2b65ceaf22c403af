package io.understudy.session;

import io.understudy.log.LoggedStatement.Parameter;
import java.util.List;

/** A bound statement of the client's. @param parameters empty unless the statement may write */
record Portal(Prepared prepared, List<Parameter> parameters) {}
