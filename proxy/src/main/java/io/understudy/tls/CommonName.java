package io.understudy.tls;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The common name of a certificate's subject. */
public final class CommonName {
    private CommonName() {}

    /** Empty if there is none, or more than one, or one that is not text: whose it is then would be a matter of opinion. */
    public static Optional<String> of(X509Certificate certificate) {
        List<Object> names = new ArrayList<>();
        try {
            LdapName subject =
                    new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn rdn : subject.getRdns()) {
                Attribute cn = rdn.toAttributes().get("cn");
                if (cn != null) {
                    names.addAll(Collections.list(cn.getAll()));
                }
            }
        } catch (NamingException e) {
            return Optional.empty();
        }
        return names.size() == 1 && names.getFirst() instanceof String name && name.indexOf(0) < 0
                ? Optional.of(name)
                : Optional.empty();
    }
}
