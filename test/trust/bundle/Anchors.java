import java.io.File;
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Anchors TYPE PASSWORD FILE...: prints the fingerprints that Java's trust manager accepts from each store, one line per file. */
public class Anchors {
    public static void main(String[] args) throws Exception {
        char[] password = args[1].isEmpty() ? null : args[1].toCharArray();
        for (int index = 2; index < args.length; index++) {
            KeyStore store = KeyStore.getInstance(args[0]);
            try (FileInputStream stream = new FileInputStream(args[index])) {
                store.load(stream, password);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            StringBuilder line = new StringBuilder();
            for (TrustManager manager : factory.getTrustManagers()) {
                for (X509Certificate certificate : ((X509TrustManager) manager).getAcceptedIssuers()) {
                    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
                    line.append(HexFormat.of().formatHex(digest)).append(' ');
                }
            }
            System.out.println(line.toString().trim());
        }
    }
}
