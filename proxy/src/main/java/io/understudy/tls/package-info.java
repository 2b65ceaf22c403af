/** Certificates and keys in files; encrypted connections out of them. A leaf but for the settings: knows no protocol inside. */
@NullMarked
package io.understudy.tls;

import org.jspecify.annotations.NullMarked;
