import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** VerifyChain ROOT CHAIN...: for each chain (leaf first) prints `ok` or the reason. */
public class VerifyChain {
    public static void main(String[] args) throws Exception {
        X509Certificate root = read(args[0]).get(0);
        for (int index = 1; index < args.length; index++) {
            try {
                verify(root, read(args[index]));
                System.out.println("ok");
            } catch (java.security.GeneralSecurityException error) {
                System.out.println(error.toString().replace("\n", " "));
            }
        }
    }

    static List<X509Certificate> read(String file) throws Exception {
        List<X509Certificate> certificates = new ArrayList<>();
        try (FileInputStream stream = new FileInputStream(file)) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                certificates.add((X509Certificate) certificate);
            }
        }
        return certificates;
    }

    static void verify(X509Certificate root, List<X509Certificate> chain) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
            .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);

        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("root", root);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        ((X509TrustManager) factory.getTrustManagers()[0])
            .checkServerTrusted(chain.toArray(new X509Certificate[0]), "ECDHE_ECDSA");
    }
}
