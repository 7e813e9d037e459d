package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench/authstore"
)

func newUserCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "who may use a workbench, and as what",
		Long: `User keeps the accounts of a store. As long as there is none, entente serve answers
this machine only and without a sign-in. Roles, each with the rights of those
before: ` + joinWords(auth.Roles()) + `.`,
		Example: "  entente user add ana --role admin --db work.entente\n  entente user list --db work.entente",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Accounts:", newUserAddCommand(app, g), newUserListCommand(app, g), newUserRoleCommand(app, g), newUserPasswordCommand(app, g),
		newUserSwitchCommand(app, g, "disable", "close an account; its name stays in the history", true),
		newUserSwitchCommand(app, g, "enable", "open a closed account again", false))
	return cmd
}

// withAccounts opens the accounts of the store for one command.
func (g *global) withAccounts(do func(ctx context.Context, s *auth.Service) error) error {
	db, err := g.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // every write is acknowledged already
	s, err := auth.New(authstore.New(db), auth.Config{}, auth.Deps{})
	if err != nil {
		return err
	}
	return do(auth.With(g.ctx, auth.Local()), s)
}

func newUserAddCommand(app *App, g *global) *cobra.Command {
	var role, subject string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "make an account; asks for the password, or reads it from standard input",
		Example: "  entente user add ana --role editor --db work.entente\n" +
			"  entente user add ben --role coder --subject 'https://id.example.org|1234' --db work.entente",
		Args: needs(1, 1, "the name of the account"),
	}
	cmd.Flags().StringVar(&role, "role", string(auth.Reader), "what the account may do: "+joinWords(auth.Roles()))
	cmd.Flags().StringVar(&subject, "subject", "", "OpenID Connect `issuer|subject` instead of a password")
	complete(cmd, "role", auth.Roles())
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
			n := auth.NewAccount{Name: args[0], Role: auth.Role(role), Subject: subject}
			if subject == "" {
				if err := auth.CheckName(n.Name); err != nil {
					return err
				}
				var err error
				if n.Password, err = app.password("Password for " + n.Name); err != nil {
					return err
				}
			}
			a, err := s.CreateAccount(ctx, n)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(app.Stdout, "%s may now sign in as %s\n", a.Name, a.Role)
			return closedPipe(err)
		})
	}
	return cmd
}

func newUserListCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "list the accounts", Example: "  entente user list --db work.entente", Args: needs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
				list, err := s.Accounts(ctx)
				if err != nil {
					return err
				}
				if len(list) == 0 {
					_, err := fmt.Fprintln(app.Stdout, "There is no account: whoever sits at this machine works as the local admin.")
					return closedPipe(err)
				}
				for _, a := range list {
					state := "open"
					if a.Disabled {
						state = "closed"
					}
					if _, err := fmt.Fprintf(app.Stdout, "%-20s %-10s %-7s since %s\n", a.Name, a.Role, state, a.Created.Format(time.DateOnly)); err != nil {
						return closedPipe(err)
					}
				}
				return nil
			})
		},
	}
}

func newUserRoleCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use: "role NAME ROLE", Short: "give an account another role; ends its sessions", Example: "  entente user role ben reviewer --db work.entente", Args: needs(2, 2, "a name and a role"),
		RunE: func(_ *cobra.Command, args []string) error {
			return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
				if err := s.SetRole(ctx, args[0], auth.Role(args[1])); err != nil {
					return err
				}
				_, err := fmt.Fprintf(app.Stdout, "%s is now %s\n", clean(args[0]), clean(args[1]))
				return closedPipe(err)
			})
		},
	}
}

func newUserPasswordCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use: "password NAME", Short: "set a new password; ends the account's sessions", Example: "  entente user password ben --db work.entente", Args: needs(1, 1, "the name of the account"),
		RunE: func(_ *cobra.Command, args []string) error {
			return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
				word, err := app.password("New password for " + args[0])
				if err != nil {
					return err
				}
				if err := s.SetPassword(ctx, args[0], word); err != nil {
					return err
				}
				_, err = fmt.Fprintf(app.Stdout, "the password of %s is changed\n", clean(args[0]))
				return closedPipe(err)
			})
		},
	}
}

func newUserSwitchCommand(app *App, g *global, verb, about string, off bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " NAME", Short: about, Example: "  entente user " + verb + " ben --db work.entente", Args: needs(1, 1, "the name of the account"),
		RunE: func(_ *cobra.Command, args []string) error {
			return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
				if err := s.SetDisabled(ctx, args[0], off); err != nil {
					return err
				}
				_, err := fmt.Fprintf(app.Stdout, "%s: %sd\n", clean(args[0]), verb)
				return closedPipe(err)
			})
		},
	}
}

// password asks at the terminal, twice and without showing it, or reads the
// first line of standard input. It is never a flag: those can be seen by others.
func (a *App) password(prompt string) (string, error) {
	if f, ok := a.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		var words [2]string
		for i, ask := range []string{prompt, "Once more"} {
			fmt.Fprint(a.Stderr, ask+": ")
			b, err := term.ReadPassword(int(f.Fd()))
			fmt.Fprintln(a.Stderr)
			if err != nil {
				return "", &entente.Error{Kind: entente.Unavailable, Op: "read password", Msg: "the terminal cannot be read", Err: err}
			}
			words[i] = string(b)
		}
		if words[0] != words[1] {
			return "", invalid("password", "the two are not the same", "try again")
		}
		return words[0], nil
	}
	if a.Stdin == nil {
		return "", invalid("password", "there is no standard input", "type it at a terminal, or pipe one line in")
	}
	line, err := bufio.NewReader(io.LimitReader(a.Stdin, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", &entente.Error{Kind: entente.Unavailable, Op: "read password", Msg: "standard input cannot be read", Err: err}
	}
	word := strings.TrimRight(line, "\r\n")
	if word == "" {
		return "", invalid("password", "standard input is empty", "type it at a terminal, or pipe one line in")
	}
	return word, nil
}
