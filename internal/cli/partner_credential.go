package cli

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

// credentialFlags are what tokens, passwords and certificates have in common.
type credentialFlags struct {
	dir, name string
	days      int
}

func (f *credentialFlags) flags(cmd *cobra.Command) {
	nodeFlag(cmd, &f.dir)
	cmd.Flags().StringVar(&f.name, "name", "", "what it is for, in a few `words`")
	cmd.Flags().IntVar(&f.days, "days", 365, "valid for so many days, at most 367")
}

func (f *credentialFlags) expires(n *node.Node) time.Time {
	return n.Now().Add(time.Duration(f.days) * 24 * time.Hour)
}

func newPartnerTokenCommand(app *App, g *global) *cobra.Command {
	var f credentialFlags
	cmd := &cobra.Command{
		Use: "token ID", Short: "make a bearer token for a partner; it is shown this once", Args: needs(1, 1, "the name of the partner"),
		Example: "  entente partner token misp-lab --name 'MISP feed' --days 180 --node est",
		Long:    "Token makes a token by which a partner gets in. The partner sends it in the header\n\"Authorization: Bearer TOKEN\". Only its hash is kept.",
	}
	f.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return g.withNode(f.dir, func(ctx context.Context, n *node.Node) error {
			secret, c, err := n.Book.NewToken(ctx, g.who(), args[0], f.name, f.expires(n))
			if err != nil {
				return err
			}
			app.note("token %s of %s, valid to %s; it is shown this once", c.ID, c.Partner, c.Expires.Format(time.DateOnly))
			_, err = fmt.Fprintln(app.Stdout, secret)
			return closedPipe(err)
		})
	}
	return cmd
}

func newPartnerPasswordCommand(app *App, g *global) *cobra.Command {
	var f credentialFlags
	var chosen bool
	cmd := &cobra.Command{
		Use: "password ID", Short: "make a password for a partner (HTTP Basic); it is shown this once", Args: needs(1, 1, "the name of the partner"),
		Example: "  entente partner password misp-lab --name 'MISP feed' --node est",
		Long: `Password is for clients that know no tokens. The user name is the name of the
partner. Two passwords count at once, so that one can follow the other.`,
	}
	f.flags(cmd)
	cmd.Flags().BoolVar(&chosen, "choose", false, "ask for the password, or read it from standard input, instead of making one")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		word := ""
		if chosen {
			var err error
			if word, err = app.password("Password of " + args[0]); err != nil {
				return err
			}
		}
		return g.withNode(f.dir, func(ctx context.Context, n *node.Node) error {
			secret, c, err := n.Book.NewPassword(ctx, g.who(), args[0], f.name, word, f.expires(n))
			if err != nil {
				return err
			}
			if chosen {
				_, err = fmt.Fprintf(app.Stdout, "password %s of %s, valid to %s\n", c.ID, clean(c.Partner), c.Expires.Format(time.DateOnly))
				return closedPipe(err)
			}
			app.note("password %s of %s, valid to %s; it is shown this once", c.ID, c.Partner, c.Expires.Format(time.DateOnly))
			_, err = fmt.Fprintln(app.Stdout, secret)
			return closedPipe(err)
		})
	}
	return cmd
}

func newPartnerCertificateCommand(app *App, g *global) *cobra.Command {
	var f credentialFlags
	var file, out, refuse string
	cmd := &cobra.Command{
		Use:   "certificate ID",
		Short: "accept, make or refuse one client certificate of a partner",
		Long: `Certificate deals with a single client certificate; for partners with an authority
of their own, entente partner set ID --ca is what is needed, and nothing here.
With --file it accepts the certificate in the file, whoever made it. With --output it
makes a certificate and its key for a partner without an authority: FILE.crt and
FILE.key. With --refuse it refuses a certificate by its SHA-256, whoever vouches.`,
		Example: "  entente partner certificate misp-lab --output misp-lab --name 'MISP feed' --node est\n" +
			"  entente partner certificate jpn --refuse 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --name 'lost laptop' --node est",
		Args: needs(1, 1, "the name of the partner"),
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&file, "file", "", "accept the certificate (PEM) in this `file`")
	cmd.Flags().StringVar(&out, "output", "", "make a certificate: `file`.crt and file.key")
	cmd.Flags().StringVar(&refuse, "refuse", "", "refuse the certificate with this `fingerprint` (SHA-256)")
	cmd.MarkFlagsMutuallyExclusive("file", "output", "refuse")
	cmd.MarkFlagsOneRequired("file", "output", "refuse")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		id := args[0]
		return g.withNode(f.dir, func(ctx context.Context, n *node.Node) error {
			switch {
			case refuse != "":
				if _, err := n.Book.RefuseCertificate(ctx, g.who(), id, f.name, refuse); err != nil {
					return err
				}
				_, err := fmt.Fprintln(app.Stdout, "The certificate is refused from now on.")
				return closedPipe(err)
			case file != "":
				cert, err := readCertificate(file)
				if err != nil {
					return err
				}
				return pin(ctx, app, g, n, id, f.name, cert)
			}
			return issue(ctx, app, g, n, id, out, &f)
		})
	}
	return cmd
}

func pin(ctx context.Context, app *App, g *global, n *node.Node, id, name string, cert *x509.Certificate) error {
	c, err := n.Book.PinCertificate(ctx, g.who(), id, name, cert)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(app.Stdout, "certificate %s of %s, valid to %s, SHA-256 %s\n", c.ID, clean(id), c.Expires.Format(time.DateOnly), partner.Fingerprint(cert))
	return closedPipe(err)
}

// issue makes a certificate and its key and lets it count.
func issue(ctx context.Context, app *App, g *global, n *node.Node, id, base string, f *credentialFlags) error {
	if f.days < 1 || f.days > 367 {
		return invalid("--days", fmt.Sprintf("%d is out of range", f.days), "expected 1 to 367")
	}
	for _, path := range []string{base + ".crt", base + ".key"} {
		if _, err := os.Lstat(path); err == nil {
			return &entente.Error{Kind: entente.Conflict, Place: path, Msg: "the file is there already", Hint: "a key is never overwritten; take another name"}
		}
	}
	cert, certPEM, keyPEM, err := partner.IssueClient(n.Dir, id, time.Duration(f.days)*24*time.Hour, partner.KeyOptions{Now: n.Now})
	if err != nil {
		return err
	}
	if err := writePrivate(base+".key", keyPEM); err != nil {
		return err
	}
	if err := writeFile(base+".crt", certPEM); err != nil {
		return err
	}
	if err := pin(ctx, app, g, n, id, f.name, cert); err != nil {
		_ = os.Remove(base + ".key") // of no use to anybody
		_ = os.Remove(base + ".crt")
		return err
	}
	app.note("the key is in %s.key and nowhere else; hand it over safely and remove it here", base)
	return nil
}

// writePrivate writes a new file that only its owner may read.
func writePrivate(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names it
	if err == nil {
		_, err = f.Write(data)
		if closing := f.Close(); err == nil {
			err = closing
		}
	}
	switch {
	case os.IsExist(err):
		return &entente.Error{Kind: entente.Conflict, Place: path, Msg: "the file is there already", Hint: "take another name"}
	case os.IsNotExist(err):
		return &entente.Error{Kind: entente.NotFound, Place: path, Msg: "there is no such folder", Hint: "make it first, or name another place"}
	case err != nil:
		return &entente.Error{Kind: entente.Unavailable, Place: path, Msg: "the file cannot be written", Err: err}
	}
	return nil
}

func readCertificate(path string) (*x509.Certificate, error) {
	data, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, invalid(path, "there is no certificate in PEM in it", "the file begins with -----BEGIN CERTIFICATE-----")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, invalid(path, "the certificate cannot be read", "")
	}
	return cert, nil
}

func newPartnerRevokeCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "revoke ID CREDENTIAL", Short: "end a token, password or certificate at once", Args: needs(2, 2, "a partner and the id of a credential"),
		Example: "  entente partner revoke misp-lab 5c0f7d1e9ab2c3d4e5 --node est",
		Long:    "Revoke ends a credential in every server of the node within a second.",
	}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			list, err := n.Book.Credentials(ctx, args[0])
			if err != nil {
				return err
			}
			for _, c := range list {
				if c.ID != args[1] {
					continue
				}
				if _, err := n.Book.Revoke(ctx, g.who(), c.ID); err != nil {
					return err
				}
				_, err = fmt.Fprintf(app.Stdout, "the %s %s is revoked\n", c.Kind, clean(c.ID))
				return closedPipe(err)
			}
			return noSuch("credential of this partner", args[1], "entente partner show "+args[0]+" lists them")
		})
	}
	return cmd
}

func newPartnerOutgoingCommand(app *App, g *global) *cobra.Command {
	var dir string
	var forget bool
	cmd := &cobra.Command{
		Use:   "outgoing ID",
		Short: "keep the secret by which a partner knows this node",
		Long: `Outgoing asks for the token that the partner gave to this node, or reads it from
standard input; it is never a flag, since those can be seen by others. For a server
that knows only passwords it is USER:PASSWORD. It lies in the node's folder,
readable by its owner only, and is shown nowhere.`,
		Example: "  entente partner outgoing jpn --node est < token-from-japan",
		Args:    needs(1, 1, "the name of the partner"),
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().BoolVar(&forget, "forget", false, "remove the secret that is kept")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		id := args[0]
		return g.withSettings(app, dir, func(_ context.Context, n *node.Node, r partner.Revision) error {
			if r.Partner(id) == nil {
				return noSuch("partner", id, "entente partner list shows them")
			}
			word := ""
			if !forget {
				var err error
				if word, err = app.password("Token from " + id); err != nil {
					return err
				}
			}
			if err := partner.WriteOutgoing(n.Dir, id, word); err != nil {
				return err
			}
			did := map[bool]string{true: "forgotten", false: "kept"}[forget]
			_, err := fmt.Fprintf(app.Stdout, "The secret for %s is %s.\n", clean(id), did)
			return closedPipe(err)
		})
	}
	return cmd
}

func newPartnerIntroduceCommand(app *App, g *global) *cobra.Command {
	var f credentialFlags
	var to, out string
	var token bool
	cmd := &cobra.Command{
		Use:   "introduce",
		Short: "write what another node needs to make this one a partner",
		Long: `Introduce writes this node's introduction: its address, identity, authority, the
public key of its log and the keys of its recipients of RED. It holds no secret,
unless --token puts one in for the partner that --to names: then hand it over as
you would a key. The fingerprints are for comparing by another way.`,
		Example: "  entente partner introduce --output estonia.json --node est\n  entente partner introduce --to jpn --token --output for-japan.json --node est",
		Args:    needs(0, 0, "no arguments"),
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&to, "to", "", "the `partner` for whom it is")
	cmd.Flags().BoolVar(&token, "token", false, "put in a new token by which this node will know the partner of --to")
	cmd.Flags().StringVar(&out, "output", "", "write to this `file`, readable by its owner only, instead of the terminal")
	cmd.RunE = func(*cobra.Command, []string) error {
		if token && (to == "" || out == "") {
			return invalid("--token", "a token is for one partner and belongs in a file", "add --to PARTNER --output FILE")
		}
		return g.withSettings(app, f.dir, func(ctx context.Context, n *node.Node, r partner.Revision) error {
			if to != "" && r.Partner(to) == nil {
				return noSuch("partner", to, "entente partner list shows them")
			}
			i, err := n.Introduction(ctx)
			if err != nil {
				return err
			}
			i.For = to
			if token {
				if f.name == "" {
					f.name = "introduction"
				}
				var c partner.Credential
				if i.Token, c, err = n.Book.NewToken(ctx, g.who(), to, f.name, f.expires(n)); err != nil {
					return err
				}
				app.note("token %s of %s, valid to %s, is in the file and nowhere else", c.ID, to, c.Expires.Format(time.DateOnly))
			}
			if out == "" {
				return closedPipe(i.Write(app.Stdout))
			}
			var b bytes.Buffer
			if err := i.Write(&b); err != nil {
				return err
			}
			if err := writePrivate(out, b.Bytes()); err != nil {
				return err
			}
			return writeFingerprints(app, i)
		})
	}
	return cmd
}
