import css from "./Brand.module.css";

export function Brand({ product }: { product?: string }) {
  return (
    <span className={css.brand}>
      <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
        <rect width="28" height="28" rx="8" fill="var(--fill)" />
        <path
          d="M5 18.5c3.2 0 3.2-2.4 6-2.4s3 2.4 6 2.4 3-2.4 6-2.4"
          fill="none"
          stroke="#fff"
          strokeWidth="2.1"
          strokeLinecap="round"
        />
        <path
          d="M7.5 12.8a6.6 6.6 0 0 1 13 0"
          fill="none"
          stroke="#fff"
          strokeWidth="2.1"
          strokeLinecap="round"
          opacity=".75"
        />
      </svg>
      <span className={css.words}>
        Iroise Cloud
        {product ? <span className={css.product}> {product}</span> : null}
      </span>
    </span>
  );
}
