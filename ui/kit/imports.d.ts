// What a module may import beside other modules: a file that is no JavaScript is its text.
declare module "*.css" {
  const text: string;
  export default text;
}
