# The software as one image: every process, and every command of `mes`, is the same image with other arguments.
FROM node:24.19.0-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json bundle.mjs ./
COPY src src
RUN npm run build

# No embedded PostgreSQL: those binaries are the optional packages, and here DATABASE_URL names a server.
FROM node:24.19.0-trixie-slim AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24.19.0-trixie-slim
ENV NODE_ENV=production STATE_DIR=/var/lib/mon-espace-sante HOST=0.0.0.0
RUN mkdir -p /var/lib/mon-espace-sante && chown node:node /var/lib/mon-espace-sante
WORKDIR /opt/mon-espace-sante
COPY package.json LICENSE ./
COPY --from=packages /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY reference reference
COPY verifier verifier
COPY deploy/kurrentdb deploy/kurrentdb
# The account of the base image with the number 1000; everything but the state folder belongs to root and stays as built.
USER node
VOLUME /var/lib/mon-espace-sante
EXPOSE 3000
ENTRYPOINT ["node", "--max-semi-space-size=64", "--enable-source-maps", "dist/program/mes.mjs"]
CMD ["serve"]
