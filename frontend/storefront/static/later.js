// What makes the page quicker to use is fetched once the page itself has been shown.
addEventListener("load", () => {
  setTimeout(() => {
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="later"]').content;
    document.head.append(script);
  }, 200);
});
