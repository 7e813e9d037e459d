package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente/internal/exchange/node"
)

func newSealCommand(app *App, g *global) *cobra.Command {
	var dir, format, out string
	var to []string
	var w what
	var r node.SealRequest
	cmd := &cobra.Command{
		Use:   "seal [RECORD...]",
		Short: "send RED to named people, encrypted to their keys",
		Long: `Seal encrypts records, or the objects of a STIX bundle, with age to the keys of named
functions at partners. Their nodes fetch the envelopes with the next sync and cannot
open them; only the key file of the function can. Nothing of it goes into a collection.
--out also writes the envelopes as files, to be carried by hand.`,
		Example: "  entente seal keygen duty-officer.key\n  entente seal --file report.json --to japan/duty-officer --node trial/estonia\n  entente seal list --node trial/japan\n  entente seal open ENVELOPE --key duty-officer.key --node trial/japan",
	}
	nodeFlag(cmd, &dir)
	w.flags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&to, "to", nil, "to whom: `PARTNER/FUNCTION` (repeat for more)")
	f.StringVar(&out, "out", "", "also write the envelopes into this `folder`")
	f.BoolVar(&r.DryRun, "dry-run", false, "only show what would be sealed, and to whom")
	f.StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	_ = cmd.MarkFlagDirname("out") // only errs for a flag that is not there
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		for _, s := range to {
			x, err := node.ParseRecipient(s)
			if err != nil {
				return err
			}
			r.To = append(r.To, x)
		}
		r.Who, r.Why, r.Only = g.who(), w.why, w.only
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			var err error
			if r.Records, r.Files, err = w.read(ctx, n, args); err != nil {
				return err
			}
			s, err := n.Seal(ctx, r)
			if err != nil {
				return err
			}
			if out != "" && s.Done {
				if err := writeEnvelopes(out, s); err != nil {
					return err
				}
			}
			if format == "json" {
				return writeJSON(app, struct {
					Schema string `json:"schema"`
					*node.Sealing
				}{"entente.seal/1", s})
			}
			p := textPrinter(app, g)
			sealText(p, s, out)
			return p.write(app)
		})
	}
	under(cmd, "Keys and envelopes:", newSealKeygenCommand(app), newSealListCommand(app, g), newSealOpenCommand(app, g))
	return cmd
}

func writeEnvelopes(dir string, s *node.Sealing) error {
	for i := range s.To {
		to := &s.To[i]
		err := newFile(filepath.Join(dir, to.ID+".json"), func(w io.Writer) error { _, err := w.Write(append(to.Envelope, '\n')); return err })
		if err != nil {
			return err
		}
	}
	return nil
}

func sealText(p *printer, s *node.Sealing, out string) {
	carried := 0
	for i := range s.Objects {
		if x := &s.Objects[i]; x.Role != node.Definition {
			carried++
		}
	}
	if s.Done {
		p.flow(0, 2, strong(count(carried, "object", "objects")+" sealed as RED"))
	} else {
		p.flow(0, 2, strong(count(carried, "object", "objects")+" would be sealed as RED"))
	}
	for i := range s.Objects {
		if x := &s.Objects[i]; x.Role == node.Asked || x.Role == node.Part {
			p.flow(2, 4, plain(objectName(x)))
		}
	}
	for i := range s.To {
		to := &s.To[i]
		if !s.Done {
			p.flow(0, 2, plain("To "+to.String()))
			continue
		}
		p.flow(0, 2, plain(fmt.Sprintf("To %s: envelope %s, leaf %d", to.String(), to.ID, to.Leaf)))
		if out != "" {
			p.flow(2, 4, quiet("written to "+filepath.Join(out, to.ID+".json")))
		}
	}
	refusedText(p, s.Refused)
}

func newSealKeygenCommand(app *App) *cobra.Command {
	var classic bool
	cmd := &cobra.Command{
		Use: "keygen FILE", Short: "make the key of a function",
		Long: `Keygen makes the key by which a function reads what is RED: the secret half goes into
a new file that only its owner may read, the public half is printed. Give that to the
operators of the node (entente partner settings --recipient); the introduction
carries it to partners. Keep the file off the node.`,
		Example: "  entente seal keygen duty-officer.key", Args: needs(1, 1, "the file to make"),
	}
	cmd.Flags().BoolVar(&classic, "classic", false, "a short key that older programs of age understand; without it one that also withstands quantum computers")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		public, err := node.NewRecipientKey(args[0], classic, time.Now())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(app.Stdout, public)
		return closedPipe(err)
	}
	return cmd
}

func newSealListCommand(app *App, g *global) *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use: "list", Short: "the envelopes that went out and came in", Args: needs(0, 0, "no arguments"), Example: "  entente seal list --node trial/japan",
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			list, err := n.Envelopes(ctx)
			if err != nil {
				return err
			}
			if format == "json" {
				return writeJSON(app, struct {
					Schema    string                `json:"schema"`
					Envelopes []node.SealedEnvelope `json:"envelopes"`
				}{"entente.envelopes/1", list})
			}
			p := textPrinter(app, g)
			p.flow(0, 2, strong(count(len(list), "envelope", "envelopes")))
			for _, e := range list {
				line := ", to " + e.Partner + "/" + e.Recipient
				if e.Way == "in" {
					line = ", from " + e.Partner + " for " + e.Recipient
				}
				line += ", " + stamp(e.At)
				if !e.Opened.IsZero() {
					line += ", opened here " + stamp(e.Opened)
				}
				p.flow(2, 4, strong(e.ID), plain(line))
			}
			return p.write(app)
		})
	}
	return cmd
}

func newSealOpenCommand(app *App, g *global) *cobra.Command {
	var dir, key, out string
	cmd := &cobra.Command{
		Use: "open ENVELOPE", Short: "open an envelope with the key file of the function it is for",
		Long: `Open decrypts an envelope (its id on a node, or a file) and writes the STIX bundle in it
to standard output, or with --out to a new file that only its owner may read. The node
keeps nothing of it.`,
		Example: "  entente seal open x-entente-sealed--… --key duty-officer.key --node trial/japan\n  entente seal open envelope.json --key duty-officer.key --out report.json",
		Args:    needs(1, 1, "an envelope"),
	}
	nodeFlag(cmd, &dir)
	f := cmd.Flags()
	f.StringVar(&key, "key", "", "the key `file` of the function")
	f.StringVar(&out, "out", "", "write the bundle into this new `file`")
	_ = cmd.MarkFlagFilename("key") // only errs for a flag that is not there
	_ = cmd.MarkFlagFilename("out")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if key == "" {
			return invalid("--key", "it is not said with which key", "add --key FILE")
		}
		bundle, err := openEnvelope(g, dir, args[0], key)
		if err != nil {
			return err
		}
		if out == "" {
			_, err = app.Stdout.Write(bundle)
			return closedPipe(err)
		}
		return newFile(out, func(w io.Writer) error { _, err := w.Write(bundle); return err })
	}
	return cmd
}

func openEnvelope(g *global, dir, name, key string) (bundle []byte, err error) {
	if _, err := os.Stat(name); err == nil && !strings.HasPrefix(name, "x-entente-sealed--") || strings.HasSuffix(name, ".json") {
		raw, err := readWhole(name)
		if err != nil {
			return nil, err
		}
		return node.OpenEnvelope(raw, key)
	}
	err = g.withNode(dir, func(ctx context.Context, n *node.Node) error {
		bundle, err = n.OpenSealed(ctx, name, key)
		return err
	})
	return bundle, err
}
