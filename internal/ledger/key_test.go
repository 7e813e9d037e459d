package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"entente"
)

// The key, its text and the signature are the example in the documentation of
// golang.org/x/mod/sumdb/note.
const (
	exampleSecret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
	examplePublic = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
	exampleNote   = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
		"— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

func TestPublishedKey(t *testing.T) {
	k, err := ParseKey(exampleSecret)
	if err != nil {
		t.Fatal(err)
	}
	if k.Public() != examplePublic || k.Secret() != exampleSecret || k.Name() != "PeterNeumann" {
		t.Errorf("the key is %s", k.Public())
	}
	text, _, _ := strings.Cut(exampleNote, "\n\n")
	got, err := note.Sign(&note.Note{Text: text + "\n"}, k.signer())
	if err != nil || string(got) != exampleNote {
		t.Errorf("signed: %s (%v)", got, err)
	}
	ring, err := NewKeyring(examplePublic)
	if err != nil {
		t.Fatal(err)
	}
	if _, sigs, _, err := ring.open("", []byte(exampleNote), MaxNote); err != nil || len(sigs) != 1 || sigs[0].Name != "PeterNeumann" || !sigs[0].Time.IsZero() {
		t.Errorf("opened: %+v (%v)", sigs, err)
	}
}

// The line and its time are the example of the C2SP tlog-cosignature
// specification, which does not publish the key.
func TestPublishedCosignature(t *testing.T) {
	raw, err := base64.StdEncoding.DecodeString("jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==")
	if err != nil {
		t.Fatal(err)
	}
	at, sig, ok := cosignTime(raw[4:])
	if !ok || at.Unix() != 1679315147 || len(sig) != 64 {
		t.Errorf("time %d, %d bytes, %v; want 1679315147 and 64", at.Unix(), len(sig), ok)
	}
	want := "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	c, err := ParseCheckpointText("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(cosigned(at.Unix(), []byte(checkpointText(c.Origin, c.Size, c.Root)))); got != want {
		t.Errorf("the signed message is\n%s", got)
	}
}

func TestKeysAreNeverShown(t *testing.T) {
	k, err := GenerateKey(seeded(1), "a.example/log")
	if err != nil {
		t.Fatal(err)
	}
	_, secret := cutSecret(k.Secret())
	raw := fmt.Sprintf("%x", k.priv.Seed())
	decimals := strings.Trim(fmt.Sprint(string(k.priv.Seed())), "[]")
	held := struct {
		K *Key
		V Key
	}{k, *k}
	asJSON, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		fmt.Sprint(k), fmt.Sprintf("%v %+v %#v %s %q %x %d", k, k, k, k, k, k, k), fmt.Sprintf("%v %+v %#v %x", held, held, held, held), fmt.Sprintf("%v %+v %#v %s %x", *k, *k, *k, *k, *k), string(asJSON), fmt.Errorf("wrapped: %v", k).Error(),
	} {
		if strings.Contains(shown, secret) || strings.Contains(shown, raw) || strings.Contains(shown, decimals) {
			t.Errorf("the private key is shown: %s", shown)
		}
	}
	for _, bad := range []string{k.Secret()[:len(k.Secret())-1], k.Secret() + "x", strings.Replace(k.Secret(), "a.example", "b.example", 1), "", "PRIVATE+KEY+a"} {
		_, err := ParseKey(bad)
		if entente.KindOf(err) != entente.Invalid || strings.Contains(err.Error(), secret[:10]) {
			t.Errorf("a bad key: %v", err)
		}
	}
}

func TestKeyFiles(t *testing.T) {
	k, err := GenerateKey(seeded(1), "a.example/log")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key")
	if err := k.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v (%v), want 0600", st.Mode(), err)
	}
	again, err := ReadKey(path)
	if err != nil || again.Secret() != k.Secret() {
		t.Errorf("read again: %v", err)
	}
	if err := k.WriteFile(path); entente.KindOf(err) != entente.Conflict {
		t.Errorf("written twice: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKey(path); entente.KindOf(err) != entente.Denied {
		t.Errorf("a file that all may read: %v", err)
	}
	if _, err := ReadKey(path + "x"); entente.KindOf(err) != entente.NotFound {
		t.Errorf("no file: %v", err)
	}
	if _, err := ReadKey(filepath.Dir(path)); entente.KindOf(err) != entente.Invalid {
		t.Errorf("a folder: %v", err)
	}
}

func TestKeyring(t *testing.T) {
	k, err := GenerateKey(seeded(1), "a.example/log")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := NewKeyring("", "// a comment", k.Public(), "  "+k.Public()+"\n"); err != nil || r.Len() != 2 {
		t.Errorf("%v", err)
	}
	for name, bad := range map[string]string{
		"a private key": k.Secret(), "another name": strings.Replace(k.Public(), "a.example", "b.example", 1), "cut": k.Public()[:40],
		"nothing": "x", "a newline": k.Public()[:50] + "\n" + k.Public()[50:], "another type": "a+00000000+" + base64.StdEncoding.EncodeToString(make([]byte, 33)),
	} {
		_, err := NewKeyring(bad)
		if entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v", name, err)
		} else if _, secret := cutSecret(k.Secret()); strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}

func TestNotes(t *testing.T) {
	k, err := GenerateKey(seeded(1), "a.example/log")
	if err != nil {
		t.Fatal(err)
	}
	other, err := GenerateKey(seeded(2), "a.example/log")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := NewKeyring(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	good, err := k.signCheckpoint(3, mth(nil), 1_700_000_000)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ring.OpenCheckpoint(good)
	if err != nil || c.Size != 3 || !c.Time().Equal(time.Unix(1_700_000_000, 0)) {
		t.Fatalf("%+v (%v)", c, err)
	}
	foreign, err := other.signCheckpoint(3, mth(nil), 1_700_000_000)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(good, []byte("\n"))
	timed := append(bytes.Join(lines[:4], nil), lines[5]...)
	for name, c := range map[string]struct {
		note []byte
		kind entente.Kind
	}{
		"another key of the name":     {foreign, entente.Denied},
		"only the timestamped one":    {timed, entente.Denied},
		"the signature twice":         {append(bytes.Clone(good), lines[4]...), entente.Invalid},
		"another size":                {bytes.Replace(good, []byte("\n3\n"), []byte("\n4\n"), 1), entente.Invalid},
		"an overlong note":            {append(bytes.Clone(good), bytes.Repeat([]byte("x"), MaxNote)...), entente.Invalid},
		"nothing":                     {nil, entente.Invalid},
		"a carriage return":           {bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), entente.Invalid},
		"a signature without newline": {good[:len(good)-1], entente.Invalid},
	} {
		if _, err := ring.OpenCheckpoint(c.note); entente.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
	// Every bit of a note counts.
	for i := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[i/8] ^= 1 << (i % 8)
		if c, err := ring.OpenCheckpoint(bad); err == nil && len(c.Unknown) == 0 {
			t.Errorf("bit %d can change unseen", i)
		}
	}
	// Extension lines are refused.
	text := checkpointText("a.example/log", 3, mth(nil)) + "more\n"
	long, err := note.Sign(&note.Note{Text: text}, k.signer())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.OpenCheckpoint(long); entente.KindOf(err) != entente.Invalid {
		t.Errorf("a fourth line: %v", err)
	}
}
