import { Trans, useLingui } from "@lingui/react/macro";
import {
  ActionIcon,
  AppShell,
  Avatar,
  Burger,
  Kbd,
  Menu,
  NavLink,
  ScrollArea,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { http, queryClient } from "../api/client";
import { activate, type Locale, preferredLocale, rememberLocale } from "../i18n";
import { Brand } from "../ui/Brand";
import {
  IconBuildingStore,
  IconCheck,
  IconChevronDown,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconUser,
} from "../ui/icons";
import { Bell } from "./Bell";
import { type Command, Palette } from "./Palette";
import css from "./Shell.module.css";
import { Shortcuts } from "./Shortcuts";
import { useSession } from "./session";

export interface NavItem {
  to: string;
  label: string;
  icon: ReactNode;
  /** Left out for those who do not hold it. */
  scope?: string;
  badge?: ReactNode;
}
export interface NavGroup {
  label?: string;
  items: NavItem[];
}

/** Header, menu and palette of an area; its pages stand inside. */
export function Shell({
  product,
  home,
  nav,
  commands = [],
  foot,
  children,
}: {
  product: string;
  home: string;
  nav: NavGroup[];
  commands?: Command[];
  foot?: ReactNode;
  children: ReactNode;
}) {
  const [menu, { toggle, close }] = useDisclosure();
  const [palette, paletteIs] = useDisclosure();
  const { t } = useLingui();
  const session = useSession();
  const here = useLocation({ select: (at) => at.pathname });
  const scheme = useScheme();
  useEffect(close, [here]);
  const allowed = nav
    .map((group) => ({ ...group, items: group.items.filter(({ scope }) => !scope || session.can(scope)) }))
    .filter(({ items }) => items.length > 0);
  const everything: Command[] = [
    ...allowed.flatMap(({ label, items }) =>
      items.map(({ to, label: name, icon }) => ({
        key: to.replaceAll("/", "-"),
        to,
        label: name,
        icon,
        ...(label ? { hint: label } : {}),
      })),
    ),
    ...commands,
    {
      key: "scheme",
      label: scheme.isDark ? t`Use the light theme` : t`Use the dark theme`,
      run: scheme.toggle,
      icon: <IconMoon size={18} />,
    },
    { key: "fr", label: "Passer en français", run: () => switchTo("fr"), icon: <IconLanguage size={18} /> },
    { key: "en", label: "Switch to English", run: () => switchTo("en"), icon: <IconLanguage size={18} /> },
    {
      key: "store",
      label: t`Go to the store`,
      run: () => location.assign(`/${preferredLocale()}`),
      icon: <IconBuildingStore size={18} />,
    },
    { key: "out", label: t`Sign out`, run: signOut, icon: <IconLogout size={18} /> },
  ];
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 248, breakpoint: "md", collapsed: { mobile: !menu } }}
      padding={0}
      withBorder={false}
    >
      <AppShell.Header className={css.header}>
        <Burger
          opened={menu}
          onClick={toggle}
          hiddenFrom="md"
          size="sm"
          aria-label={menu ? t`Close the menu` : t`Open the menu`}
          aria-expanded={menu}
        />
        <Link to={home} className={css.brand} aria-label={t`Iroise Cloud, ${product}: home`}>
          <Brand product={product} />
        </Link>
        <UnstyledButton className={css.search} onClick={paletteIs.open}>
          <IconSearch size={16} aria-hidden />
          <span>
            <Trans>Go to…</Trans>
          </span>
          <Kbd size="xs" aria-hidden>
            Ctrl K
          </Kbd>
        </UnstyledButton>
        <div className={css.right}>
          <LanguageMenu />
          <Bell area={home === "/office" ? "office" : "portal"} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            className={css.icon}
            aria-label={scheme.isDark ? t`Use the light theme` : t`Use the dark theme`}
            onClick={scheme.toggle}
          >
            {scheme.isDark ? <IconSun size={19} /> : <IconMoon size={19} />}
          </ActionIcon>
          <PersonMenu />
        </div>
      </AppShell.Header>
      <AppShell.Navbar className={css.navbar} component="nav" aria-label={product}>
        <ScrollArea type="hover" style={{ flex: 1 }}>
          {allowed.map(({ label, items }) => (
            <div key={label ?? ""}>
              {label ? <p className={css.group}>{label}</p> : null}
              {items.map((item) => {
                const active =
                  item.to === home ? here === home : here === item.to || here.startsWith(`${item.to}/`);
                return (
                  <NavLink
                    key={item.to}
                    component={Link}
                    to={item.to}
                    activeOptions={{ exact: item.to === home, includeSearch: false }}
                    label={item.label}
                    leftSection={item.icon}
                    rightSection={item.badge}
                    active={active}
                    aria-current={active ? "page" : undefined}
                    className={css.link}
                  />
                );
              })}
            </div>
          ))}
        </ScrollArea>
        {foot}
      </AppShell.Navbar>
      <AppShell.Main className={css.main} id="main" tabIndex={-1}>
        {children}
      </AppShell.Main>
      <Shortcuts pages={allowed.flatMap(({ items }) => items)} />
      <Palette commands={everything} opened={palette} onOpen={paletteIs.open} onClose={paletteIs.close} />
    </AppShell>
  );
}

function useScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  return { isDark, toggle: () => setColorScheme(isDark ? "light" : "dark") };
}

async function switchTo(locale: Locale) {
  rememberLocale(locale);
  await activate(locale);
}

async function signOut() {
  await http.DELETE("/api/store/session");
  queryClient.clear();
  location.assign(`/${preferredLocale()}`);
}

function LanguageMenu() {
  const { i18n, t } = useLingui();
  const name = i18n.locale === "fr" ? "Français" : "English";
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton className={css.lang} aria-label={`${name}, ${t`change the language`}`}>
          <IconLanguage size={17} aria-hidden className={css.langIcon} />
          <span>{name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item lang="fr" onClick={() => switchTo("fr")}>
          Français
        </Menu.Item>
        <Menu.Item lang="en" onClick={() => switchTo("en")}>
          English
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function PersonMenu() {
  const { person, organisation, memberships, organisation_id } = useSession();
  const { t } = useLingui();
  const name = person?.name ?? "";
  const actFor = async (wanted: string | null) => {
    const { response } = await http.POST("/api/store/session/organisation", {
      body: { organisation_id: wanted },
    });
    if (!response.ok) return;
    queryClient.clear();
    location.assign(wanted === null ? "/office" : "/portal");
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton className={css.person}>
          <Avatar aria-hidden size={30} radius="xl" color="sea" variant="light" name={name} />
          <span className={css.personName}>
            <b>{name}</b>
            <small>{organisation}</small>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{person?.email}</Menu.Label>
        {memberships.length > 1 ? (
          <>
            <Menu.Divider />
            <Menu.Label>{t`Act for`}</Menu.Label>
            {memberships.map((one) => (
              <Menu.Item
                key={one.organisation_id ?? "operator"}
                onClick={() => actFor(one.organisation_id ?? null)}
                rightSection={one.organisation_id === organisation_id ? <IconCheck size={15} /> : null}
              >
                {one.name}
              </Menu.Item>
            ))}
            <Menu.Divider />
          </>
        ) : null}
        <Menu.Item component="a" href={`/${preferredLocale()}/account`} leftSection={<IconUser size={16} />}>
          {t`My account and its security`}
        </Menu.Item>
        <Menu.Item component="a" href={`/${preferredLocale()}`} leftSection={<IconBuildingStore size={16} />}>
          {t`Go to the store`}
        </Menu.Item>
        <Menu.Item onClick={signOut} leftSection={<IconLogout size={16} />}>
          {t`Sign out`}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
